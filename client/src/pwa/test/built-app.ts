/** The built client on a loopback port that can be stopped, started again and given a new version. */
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export interface BuiltApp {
  /** Without a slash at the end. */
  readonly url: string;
  /** Paths asked for since the start. */
  readonly asked: readonly string[];
  start(): Promise<void>;
  stop(): Promise<void>;
  /** From now on the service worker's script differs, as after a new build. */
  release(version: string): void;
  /** This file is there no more, as after a newer build was put in its place; null: all are there again. */
  lose(path: string | null): void;
  remove(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};
const POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types kith',
].join('; ');

export const buildApp = async (): Promise<BuiltApp> => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-build-'));
  const client = fileURLToPath(new URL('../../..', import.meta.url));
  await build({
    root: client,
    configFile: join(client, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder },
  });

  const asked: string[] = [];
  let version = '';
  let lost: string | null = null;
  let server: Server | null = null;
  let port = 0;

  const respond = async (path: string, response: ServerResponse): Promise<void> => {
    asked.push(path);
    if (path.startsWith('/api/')) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"fresh":true}');
      return;
    }
    const file = extname(path) === '' ? '/index.html' : path;
    const body = file === lost ? null : await readFile(join(folder, file)).catch(() => null);
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    response.writeHead(body === null ? 404 : 200, { 'content-type': type, 'content-security-policy': POLICY });
    response.end(file === '/service-worker.js' ? `${body}\n// ${version}` : body);
  };

  const start = async (): Promise<void> => {
    const started = createServer((request, response) => void respond(pathOf(request.url), response));
    server = started;
    await new Promise<void>((listening) => started.listen(port, '127.0.0.1', listening));
    port = (started.address() as AddressInfo).port;
  };
  const stop = async (): Promise<void> => {
    const stopped = server;
    server = null;
    if (stopped === null) return;
    stopped.closeAllConnections();
    await new Promise((closed) => stopped.close(closed));
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    start,
    stop,
    release: (next) => {
      version = next;
    },
    lose: (path) => {
      lost = path;
    },
    remove: async () => {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
};

const pathOf = (url: string | undefined): string => new URL(url ?? '/', 'http://localhost').pathname;
