import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../bootstrap/root.mjs';
import { SYNC_API } from '../serve/app.ts';
import { thisMachine } from '../services/machine.ts';
import { freePort } from '../services/ports.ts';
import { runCommand } from '../services/run-command.ts';
import { startServiceProcess } from '../services/service-process.ts';

const FILE = join(root, 'deploy', 'Caddyfile');
const text = readFileSync(FILE, 'utf8');
const caddy = thisMachine().program('caddy');
const MAIL = { KITH_MAIL: 'admin@example.org' };

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Stands for a part of Kith: says who it is and what it was told about who asks. */
const startPart = async (name: string, isWell = true): Promise<Server> => {
  const server = createServer(({ url, headers }, response) => {
    const { 'x-forwarded-for': client, 'x-forwarded-proto': scheme, host } = headers;
    response.writeHead(url === '/health' && !isWell ? 503 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ name, client, scheme, host }));
  });
  server.on('upgrade', (_request, socket) => {
    socket.end(
      `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nx-part: ${name}\r\n\r\n`,
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closers.push(() => stopPart(server));
  return server;
};
const stopPart = (server: Server): void => {
  server.closeAllConnections();
  server.close();
};
const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** The file as it is, but for names that only containers have, and without TLS. */
const startCaddy = async (command: string, ports: Readonly<Record<string, number>>) => {
  const [port, watchPort] = [await freePort(), await freePort()];
  const here = Object.entries(ports).reduce(
    (changed, [name, to]) => changed.replaceAll(`${name}:3000`, `127.0.0.1:${to}`),
    text.replaceAll(':2020', `:${watchPort}`),
  );
  const service = await startServiceProcess({
    name: 'Caddy',
    command,
    args: (folder) => {
      writeFileSync(join(folder, 'Caddyfile'), here);
      return ['run', '--config', join(folder, 'Caddyfile')];
    },
    env: { ...MAIL, KITH_DOMAIN: `http://localhost:${port}` },
    answers: async () => (await fetch(`http://127.0.0.1:${watchPort}`)).status === 204,
  });
  closers.push(() => service.close());
  return `http://localhost:${port}`;
};

const ask = async (url: string, init?: RequestInit) =>
  (await fetch(url, init)).json() as Promise<Record<string, string>>;

/** Of twenty who ask at once, in alphabetical order. */
const whoAnswers = async (url: string) => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(`${url}/api/index`)));
  return [...new Set(answers.map(({ name }) => name))].sort();
};

const PATHS = [
  ['/', 'auth'],
  ['/index.html', 'auth'],
  ['/health', 'auth'],
  ['/syncs', 'auth'],
  ['/.well-known/jwks.json', 'auth'],
  ['/api/conversations', 'auth'],
  ['/api/conversations/x/members', 'auth'],
  ['/api/indexes', 'auth'],
  ['/sync', 'sync'],
  ['/yjs/conversation/x/1', 'sync'],
  ['/api/index', 'sync'],
  ['/api/conversations/x/events', 'sync'],
  ['/api/conversations/x/segments/1', 'sync'],
];

describe('the Caddyfile', () => {
  it('[DEP-6] its paths of the sync server are those that the server itself goes by', () => {
    const [, pattern] = /path_regexp (\S+)/.exec(text) ?? [];
    expect(pattern).toBe(SYNC_API.source.replaceAll('\\/', '/'));
    expect(text).toContain('path /sync /yjs/*');
  });

  it('[DEP-6] it names the services of the compose file, and its own watching port', () => {
    const { services } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
    const upstreams = [...text.matchAll(/([\w-]+):3000/g)].map(([, name]) => name);
    expect(new Set(upstreams)).toEqual(new Set(Object.keys(services).filter((name) => services[name].build)));
    const watched: string = services.caddy.healthcheck.test.at(-1);
    expect(text).toContain(`\n${watched} {`);
  });

  it.for(['localhost', 'chat.example.org'])(
    '[DEP-6] Caddy, where this machine has it, takes it for %s',
    async (domain, context) => {
      if (caddy === null) return context.skip('no caddy here');
      const env = { ...MAIL, KITH_DOMAIN: domain };
      const outcome = await runCommand(caddy, ['validate', '--config', FILE], { env, limitMs: 20_000 });
      expect(outcome).toMatchObject({ code: 0, output: expect.stringContaining('Valid configuration') });
    },
  );

  it('[DEP-6] Caddy, where this machine has it, sends each path to its part', async (context) => {
    if (caddy === null) return context.skip('no caddy here');
    const [auth, sync] = [await startPart('auth'), await startPart('sync')];
    const url = await startCaddy(caddy, { auth: portOf(auth), 'sync-1': portOf(sync), 'sync-2': portOf(sync) });
    const answers = await Promise.all(PATHS.map(async ([path]) => [path, (await ask(url + path))['name']]));
    expect(answers).toEqual(PATHS);
    const socket = request(`${url}/sync`, { headers: { connection: 'upgrade', upgrade: 'websocket' } }).end();
    const [{ headers }] = await once(socket, 'upgrade');
    expect(headers['x-part']).toBe('sync');
  });

  it('[DEP-6] Caddy, where this machine has it, tells the address and scheme of who asks, and believes nobody', async (context) => {
    if (caddy === null) return context.skip('no caddy here');
    const port = portOf(await startPart('any'));
    const url = await startCaddy(caddy, { auth: port, 'sync-1': port, 'sync-2': port });
    const told = await ask(url, { headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' } });
    expect(told['client']).toMatch(/^(?:127\.0\.0\.1|::1)$/);
    expect(told).toMatchObject({ scheme: 'http', host: new URL(url).host });
  });

  it('[DEP-6] Caddy, where this machine has it, spreads over both sync servers, and passes over one that is gone', async (context) => {
    if (caddy === null) return context.skip('no caddy here');
    const [one, two] = [await startPart('one'), await startPart('two')];
    const url = await startCaddy(caddy, { auth: portOf(one), 'sync-1': portOf(one), 'sync-2': portOf(two) });
    expect(await whoAnswers(url)).toEqual(['one', 'two']);
    stopPart(one);
    expect(await whoAnswers(url)).toEqual(['two']);
  });

  it('[DEP-6] Caddy, where this machine has it, passes over a sync server that says it is unwell', async (context) => {
    if (caddy === null) return context.skip('no caddy here');
    const [one, two] = [await startPart('one', false), await startPart('two')];
    const url = await startCaddy(caddy, { auth: portOf(two), 'sync-1': portOf(one), 'sync-2': portOf(two) });
    await expect.poll(() => whoAnswers(url), { timeout: 10_000 }).toEqual(['two']);
  });
});
