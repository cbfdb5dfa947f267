import { describe, expect, it } from 'vitest';
import { type AppDeps, createApp } from './app.ts';
import type { Health } from './health.ts';
import { createLog } from './log.ts';

const named = (name: string) => ({ fetch: () => new Response(name, { headers: { 'x-part': name } }) });
const WELL: Health = { status: 'ok', version: '0.0.0', parts: {} };

const createTestApp = (deps: Partial<AppDeps> = {}) => {
  const lines: string[] = [];
  const app = createApp({
    auth: named('auth'),
    sync: named('sync'),
    client: {
      isBuilt: async () => true,
      respond: async (request) => (request.url.includes('missing') ? null : new Response('the client')),
    },
    health: async () => WELL,
    publicUrl: new URL('http://localhost:3000'),
    port: 3000,
    log: createLog({ level: 'debug', now: () => 0, write: (line) => lines.push(line) }),
    now: () => 0,
    ...deps,
  });
  const get = (path: string, headers: Record<string, string> = {}) =>
    app.request(path, { headers: { host: 'localhost:3000', ...headers } });
  return { get, lines };
};
const ID = 'AAAAAAAAAAAAAAAAAAAAAA';

describe('createApp', () => {
  it.each([
    ['/api/index', 'sync'],
    [`/api/conversations/${ID}/arrivals?after=3`, 'sync'],
    [`/api/conversations/${ID}/known`, 'sync'],
    [`/api/conversations/${ID}/receipts`, 'sync'],
    [`/api/conversations/${ID}/segments`, 'sync'],
    [`/api/conversations/${ID}/tickets`, 'sync'],
    [`/api/conversations/${ID}`, 'auth'],
    [`/api/conversations/${ID}/members`, 'auth'],
    ['/api/openapi.json', 'auth'],
    ['/api/index-of-others', 'auth'],
  ])('[RUN-4] %s is answered by %s', async (path, part) => {
    expect((await createTestApp().get(path)).headers.get('x-part')).toBe(part);
  });

  it('[RUN-4] health is 503 as soon as one part is unwell', async () => {
    expect((await createTestApp().get('/health')).status).toBe(200);
    const unwell: Health = { ...WELL, status: 'unwell', parts: { sync: { status: 'unwell', detail: 'disk full' } } };
    const response = await createTestApp({ health: async () => unwell }).get('/health');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual(unwell);
  });

  it('[RUN-4] who limps still answers: a proxy need not go elsewhere', async () => {
    const limping: Health = { ...WELL, status: 'limping', parts: { redis: { status: 'limping', detail: 'silent' } } };
    expect((await createTestApp({ health: async () => limping }).get('/health')).status).toBe(200);
  });

  it('[RUN-12] what another process does is not found here', async () => {
    const { get } = createTestApp({ auth: null, client: null });
    const statuses = await Promise.all(
      ['/api/index', '/api/session', '/.well-known/jwks.json', '/'].map((path) => get(path)),
    );
    expect(statuses.map(({ status }) => status)).toEqual([200, 404, 404, 404]);
  });

  it('[RUN-4] what nobody answers is a typed error', async () => {
    const response = await createTestApp().get('/missing');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'not-found' });
  });

  it('[RUN-5] a failure is logged and answered without its stack', async () => {
    const fetch = () => Promise.reject(new Error('inner detail'));
    const { get, lines } = createTestApp({ auth: { fetch } });
    const response = await get('/api/me');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('inner detail');
    expect(lines.join('')).toContain('inner detail');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each(['/', '/health', '/api/me', '/api/index', '/missing'])('[RUN-5] %s carries the headers', async (path) => {
    const { headers } = await createTestApp().get(path);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(headers.get('content-security-policy')).toContain("connect-src 'self' ws://localhost:3000");
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('[RUN-7] a page at a plain address says what will not work and how to get TLS', async () => {
    const text = await (await createTestApp().get('/', { host: '192.168.1.5:3000', accept: 'text/html' })).text();
    for (const word of ['passkeys', 'offline', 'notifications', 'keys', 'PUBLIC_URL=https://', 'localhost:3000']) {
      expect(text).toContain(word);
    }
  });

  it('[RUN-7] a plain address of a server with TLS leads to the secure one', async () => {
    const { get } = createTestApp({ publicUrl: new URL('https://chat.example.org') });
    const text = await (await get('/c/x', { host: '192.168.1.5', accept: 'text/html' })).text();
    expect(text).toContain('href="https://chat.example.org"');
  });

  it('[RUN-7] behind TLS, a name that the server was not told says which setting is missing', async () => {
    const asked = { host: 'chat.example.org', accept: 'text/html', 'x-forwarded-proto': 'https' };
    expect(await (await createTestApp().get('/', asked)).text()).toContain('PUBLIC_URL=https://chat.example.org');
  });

  it('[RUN-7] a loopback address, where passkeys have no name to hold on to, leads to localhost', async () => {
    const { get } = createTestApp();
    const page = { host: '127.0.0.1:3000', accept: 'text/html' };
    expect((await get('/join/x?a=1', page)).headers.get('location')).toBe('http://localhost:3000/join/x?a=1');
    expect((await get('//other.example/x', page)).headers.get('location')).toMatch(/^http:\/\/localhost:3000\//);
  });
});
