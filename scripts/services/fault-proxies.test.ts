import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FaultProxies, type FaultProxy, startFaultProxies } from './fault-proxies.ts';

/** Toxiproxy may have to be built first. */
const START_LIMIT_MS = 10 * 60_000;

/** Says back what it hears. */
let echo: Server;
let proxies: FaultProxies;
let proxy: FaultProxy;
const sockets: Socket[] = [];

beforeAll(async () => {
  proxies = await startFaultProxies();
  echo = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
}, START_LIMIT_MS);
afterAll(async () => {
  await proxies.stop();
  echo.close();
});

beforeEach(async () => {
  proxy = await proxies.createProxy(serverUrl());
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await proxy.close();
});

const serverUrl = () => `tcp://127.0.0.1:${(echo.address() as AddressInfo).port}`;

const open = async (url: string = proxy.url) => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  sockets.push(socket);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const outcome = new Promise<string>((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('close', () => resolve('closed'));
  });
  await once(socket, 'connect');
  return { socket, chunks, outcome, text: () => Buffer.concat(chunks).toString() };
};

/** How long it takes until what is said comes back. */
const echoMs = async (text: string, url?: string): Promise<number> => {
  const line = await open(url);
  const startedAt = performance.now();
  line.socket.write(text);
  await expect.poll(line.text, { interval: 1, timeout: 10_000 }).toBe(text);
  return performance.now() - startedAt;
};

describe('the fault proxy', () => {
  it('[SRV-5] keeps the form of the URL', async () => {
    const { href, host } = new URL(proxy.url);
    const database = await proxies.createProxy(`mongodb://127.0.0.1:27017/?appName=a`);
    expect(href).toBe(`tcp://${host}`);
    expect(database.url).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/\?appName=a$/);
    await database.close();
  });

  it('[SRV-5] cuts what is connected, refuses who connects, and mends', async () => {
    const line = await open();
    await proxy.cut();
    expect(await line.outcome).toMatch(/closed|ECONNRESET/);
    await expect(open()).rejects.toThrow('ECONNREFUSED');
    await proxy.mend();
    await echoMs('whole again');
  });

  it('[SRV-5] delays, until that is removed', async () => {
    const latency = await proxy.add({ type: 'latency', latencyMs: 400 });
    expect(await echoMs('late')).toBeGreaterThan(390);
    await latency.remove();
    expect(await echoMs('at once')).toBeLessThan(390);
  });

  it('[SRV-5] slows', async () => {
    await proxy.add({ type: 'bandwidth', kilobytesPerSecond: 200, towards: 'server' });
    expect(await echoMs('x'.repeat(60_000))).toBeGreaterThan(200);
  });

  it('[SRV-5] slices', async () => {
    await proxy.add({ type: 'slices', sizeBytes: 1, pauseUs: 10_000 });
    const line = await open();
    line.socket.write('a sentence in pieces');
    await expect.poll(line.text).toBe('a sentence in pieces');
    expect(line.chunks.length).toBeGreaterThan(2);
  });

  it('[SRV-5] silences a connection that stays open', async () => {
    const silenced = await open();
    const silence = await proxy.add({ type: 'silence' });
    silenced.socket.write('into the void');
    await echoMs('heard', serverUrl());
    expect([silenced.text(), silenced.socket.readyState]).toEqual(['', 'open']);
    await silence.remove();
    expect(await silenced.outcome).toBe('closed');
  });

  it('[SRV-5] resets', async () => {
    await proxy.add({ type: 'reset', afterMs: 0 });
    const line = await open();
    line.socket.write('never mind');
    expect(await line.outcome).toBe('ECONNRESET');
  });

  it('[SRV-5] says why it refuses', async () => {
    await proxy.close();
    await expect(proxy.cut()).rejects.toThrow('404');
    proxy = await proxies.createProxy('tcp://127.0.0.1:1');
  });
});
