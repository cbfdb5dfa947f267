import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServer } from './server-process.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
let server: ServerProcess;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** Starts a second one beside `server` that is expected to give up. */
const startBadly = (env: Record<string, string>) => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-second-'));
  const { status, stderr } = spawnSync(process.execPath, [MAIN], {
    env: { ...process.env, DATA_DIR: join(folder, 'data'), ...env },
    encoding: 'utf8',
    timeout: 20_000,
  });
  const left = readdirSync(folder);
  rmSync(folder, { recursive: true });
  return { status, stderr, left };
};

describe('the process', () => {
  it('[RUN-2] a wrong configuration ends it with 78 and every mistake, before anything is made', () => {
    const { status, stderr, left } = startBadly({ PORT: 'many', PUBLIC_URL: 'example', LOG_LEVEL: 'loud' });
    expect(status).toBe(78);
    for (const name of ['PORT', 'PUBLIC_URL', 'LOG_LEVEL']) expect(stderr).toContain(`${name} must be`);
    expect(left).toEqual([]);
  });

  it('[RUN-3] a port that is taken ends it with the name of who holds it, before anything is made', () => {
    const { status, stderr, left } = startBadly({ PORT: new URL(server.url).port });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Port \d+ is taken by .*Choose another: PORT=\d+ npm start/);
    if (process.platform === 'linux') expect(stderr).toContain(`process ${server.pid()}`);
    expect(left).toEqual([]);
  });

  it('[RUN-10] a data folder that is in use ends it', () => {
    const { status, stderr } = startBadly({ PORT: '0', DATA_DIR: server.dataDir });
    expect(status).toBe(1);
    expect(stderr).toContain('in use by another Kith');
  });

  it('[RUN-4] one port answers for health, both services and the client', async () => {
    expect(server.output()).toContain(`Kith is ready at ${server.url}\n`);
    const health = (await (await fetch(`${server.url}/health`)).json()) as { parts: object };
    expect(Object.keys(health.parts).sort()).toEqual(['auth', 'client', 'sync']);
    for (const path of ['/api/index', '/api/sessions/current']) {
      expect((await fetch(server.url + path)).headers.get('content-type')).toContain('json');
    }
  });

  it.each(['/other', '/yjs', '/syncs', '/'])('[RUN-4] an upgrade on %s is cut off', async (path) => {
    const socket = connect(Number(new URL(server.url).port), 'localhost');
    const closed = new Promise<string>((resolve) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      socket.on('error', () => {}).on('close', () => resolve(text));
    });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    expect(await closed).toBe('');
  });

  it('[RUN-9] SIGTERM ends it with 0, and it comes back on the same port and data', async () => {
    expect(await server.stop()).toBe(0);
    await server.start();
    expect((await fetch(`${server.url}/health`)).headers.get('cache-control')).toBe('no-store');
  });

  it('[RUN-10] kill -9 lets go of the data folder', async () => {
    await server.kill();
    await server.start();
    expect((await fetch(`${server.url}/health`)).headers.get('cache-control')).toBe('no-store');
  });
});
