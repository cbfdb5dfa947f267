import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from './ports.ts';
import { findTlsProxy, type TlsProxy } from './tls-proxy.ts';

/** It may have to be installed first. */
const START_LIMIT_MS = 10 * 60_000;

const servers: Server[] = [];
let proxy: TlsProxy;
let isWell = true;

/** Says who it is and who asks. */
const startServer = async (name: string): Promise<string> => {
  const server = createServer(({ url, headers }, response) => {
    const { 'x-forwarded-proto': scheme } = headers;
    response.writeHead(url === '/health' && name === 'second' && !isWell ? 503 : 200);
    response.end(`${name} ${scheme}`);
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** Trusts the proxy's certificate alone. */
const ask = async (path: string): Promise<string> => {
  const asking = request(proxy.url + path, { ca: proxy.certificate, agent: false }).end();
  const [response] = await once(asking, 'response');
  return text(response);
};
const whoAnswers = async (): Promise<string[]> =>
  [...new Set(await Promise.all(Array.from({ length: 6 }, () => ask('/sync'))))].sort();

beforeAll(async () => {
  const source = await findTlsProxy();
  proxy = await source.start(await freePort(), [
    { name: 'sync', pattern: /^\/sync$/, servers: [await startServer('first'), await startServer('second')] },
    { name: 'rest', servers: [await startServer('third')] },
  ]);
}, START_LIMIT_MS);
afterAll(async () => {
  await proxy?.stop();
  for (const server of servers) server.close();
});

it('[SRV-9] sends each path to its servers, and says how it was asked', async () => {
  expect(await ask('/')).toBe('third https');
  expect(await ask('/syncs')).toBe('third https');
  await expect.poll(whoAnswers).toEqual(['first https', 'second https']);
  expect(await proxy.connections('sync')).toEqual([expect.any(Number), expect.any(Number)]);
});

it('[SRV-9] passes over who is not well, until it is', async () => {
  isWell = false;
  await expect.poll(whoAnswers).toEqual(['first https']);
  isWell = true;
  await expect.poll(whoAnswers).toEqual(['first https', 'second https']);
});
