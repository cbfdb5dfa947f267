/**
 * A reverse proxy with TLS in front of servers that speak plain HTTP: HAProxy, installed if need be. It asks each server
 * for `/health`, passes over who is unwell or gone, and gives a connection to who has the fewest. [SRV-9]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificate, makeCertificate } from './certificate.ts';
import { type Machine, thisMachine } from './machine.ts';
import { freePort } from './ports.ts';
import type { Service } from './service.ts';
import { startServiceProcess } from './service-process.ts';

export interface ProxyRoute {
  readonly name: string;
  /** Of paths; the route without takes what is left. */
  readonly pattern?: RegExp;
  /** URLs of servers. */
  readonly servers: readonly string[];
}

export interface TlsProxy extends Service {
  /** PEM: whom a client has to trust. */
  readonly certificate: string;
  /** How many connections each server of a route has now, in the order of its servers. */
  connections(route: string): Promise<readonly number[]>;
}

export interface TlsProxySource {
  readonly name: string;
  /** On a port that the caller found free: servers behind it have to know their address beforehand. */
  start(port: number, routes: readonly ProxyRoute[]): Promise<TlsProxy>;
}

/** @throws Error that says what to do when there is none and none can be had */
export const findTlsProxy = async (machine: Machine = thisMachine()): Promise<TlsProxySource> => {
  const [haproxy, openssl] = [await programOf(machine, 'haproxy'), await programOf(machine, 'openssl')];
  if (haproxy === null || openssl === null)
    throw new Error('no proxy with TLS could be had: install haproxy and openssl');
  return { name: haproxy, start: (port, routes) => start({ haproxy, openssl }, port, routes) };
};

const programOf = async (machine: Machine, name: string): Promise<string | null> =>
  machine.program(name) ?? ((await machine.install(name)) ? machine.program(name) : null);

const start = async (
  { haproxy, openssl }: { readonly haproxy: string; readonly openssl: string },
  port: number,
  routes: readonly ProxyRoute[],
): Promise<TlsProxy> => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-certificate-'));
  try {
    const certificate = await makeCertificate(openssl, folder);
    const statsPort = await freePort();
    const stats = async (): Promise<string> => (await fetch(`http://127.0.0.1:${statsPort}/;csv`)).text();
    const process = await startServiceProcess({
      name: 'HAProxy',
      command: haproxy,
      args: (own) => {
        const path = join(own, 'haproxy.cfg');
        writeFileSync(path, formatConfig({ port, statsPort, certificate, routes }));
        return ['-db', '-f', path];
      },
      answers: async () => (await stats()).startsWith('#'),
    });
    return {
      url: `https://localhost:${port}`,
      certificate: certificate.text,
      process,
      connections: async (route) => connectionsIn(await stats(), route),
      stop: async () => {
        await process.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
};

interface Plan {
  readonly port: number;
  readonly statsPort: number;
  readonly certificate: Certificate;
  readonly routes: readonly ProxyRoute[];
}

const formatConfig = ({ port, statsPort, certificate, routes }: Plan): string =>
  [
    'defaults',
    '  mode http',
    '  timeout connect 2s',
    '  timeout client 1m',
    '  timeout server 1m',
    '  timeout tunnel 1h',
    // a server that has just gone: another one is asked
    '  option redispatch 1',
    '  retries 5',
    'frontend people',
    `  bind 127.0.0.1:${port} ssl crt ${certificate.path}`,
    '  option forwardfor',
    '  http-request set-header X-Forwarded-Proto https',
    ...routes.map(({ name, pattern }) =>
      pattern === undefined ? `  default_backend ${name}` : `  use_backend ${name} if { path_reg '${pattern.source}' }`,
    ),
    ...routes.flatMap(formatBackend),
    'frontend stats',
    `  bind 127.0.0.1:${statsPort}`,
    '  stats enable',
    '  stats uri /',
    '',
  ].join('\n');

const formatBackend = ({ name, servers }: ProxyRoute): string[] => [
  `backend ${name}`,
  '  balance leastconn',
  '  option httpchk',
  '  http-check send meth GET uri /health ver HTTP/1.1 hdr host localhost',
  '  default-server check inter 500ms fastinter 100ms downinter 100ms fall 1 rise 1',
  ...servers.map((url, i) => `  server ${name}-${i + 1} ${new URL(url).host}`),
];

const connectionsIn = (csv: string, route: string): number[] => {
  const [head = [], ...lines] = csv.split('\n').map((line) => line.split(','));
  const of = (line: readonly string[], column: string): string | undefined => line[head.indexOf(column)];
  return lines
    .filter((line) => line[0] === route && of(line, 'svname')?.startsWith(`${route}-`))
    .map((line) => Number(of(line, 'scur')));
};
