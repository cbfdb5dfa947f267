import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LIMITS } from '@kith/schema/limits';
import { CLOSE_CODES } from '@kith/schema/wire-error';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { createConversation } from './test/conversation.ts';
import { makeEvent, makeEvents } from './test/events.ts';
import { createManualTimers, type ManualTimers } from './test/manual-timers.ts';
import { startTestServer, type TestServer } from './test/test-server.ts';
import { until } from './test/until.ts';

let timers: ManualTimers;
let server: TestServer;
let sockets: WebSocket[];

beforeEach(async () => {
  timers = createManualTimers();
  sockets = [];
  server = await startTestServer({ timers, clock: timers, allowedOrigins: ['https://kith.example'] });
});
afterEach(async () => {
  for (const ws of sockets) ws.terminate();
  await server.close();
});

const open = (url = server.url, options: WebSocket.ClientOptions = {}): WebSocket => {
  const ws = new WebSocket(url, options);
  ws.on('error', () => {});
  sockets.push(ws);
  return ws;
};
const opened = async (ws: WebSocket): Promise<WebSocket> => {
  await until(() => ws.readyState === WebSocket.OPEN, 'the socket');
  return ws;
};
const closeCode = (ws: WebSocket): Promise<number> => new Promise((resolve) => ws.once('close', resolve));

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
/** Of buffers that are still needed: the second collection waits for what the first frees beside the thread. */
const heldBytes = (): number => {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
};

test('[SYN-1] only `/sync` of this protocol version opens, and only for our own pages and for programs', async () => {
  expect(await closeCode(open(server.url.replace('/sync', '/other')))).toBe(1006);
  expect(await closeCode(open(server.url.replace('v=1', 'v=2')))).toBe(CLOSE_CODES.protocolVersion);
  expect(await closeCode(open(server.url.replace('?v=1', '')))).toBe(CLOSE_CODES.protocolVersion);
  expect(await closeCode(open(server.url, { origin: 'https://evil.example' }))).toBe(CLOSE_CODES.foreignOrigin);
  expect(await closeCode(open(server.url, { origin: 'null' }))).toBe(CLOSE_CODES.foreignOrigin);
  await opened(open(server.url, { origin: 'https://kith.example' }));
  await opened(open());
});

test('[SYN-9] a socket that answers two pings in a row with nothing is ended, one that misses one is not', async () => {
  const dead = await opened(open(server.url, { autoPong: false }));
  const alive = await opened(open());
  let pings = 0;
  alive.on('ping', () => pings++);
  timers.advance(15_000);
  await until(() => pings === 1, 'the first ping');
  expect(server.sync.health().sockets).toBe(2);
  // the pong travels behind this frame's answer: the server has read it once it closed nothing
  await new Promise<void>((resolve) => {
    alive.once('pong', () => resolve());
    alive.ping();
  });
  timers.advance(15_000);
  expect(server.sync.health().sockets).toBe(2);
  await new Promise<void>((resolve) => {
    alive.once('pong', () => resolve());
    alive.ping();
  });
  const died = closeCode(dead);
  timers.advance(15_000);
  expect(await died).toBe(1006);
  await until(() => server.sync.health().sockets === 1, 'the dead socket to be gone');
  expect(alive.readyState).toBe(WebSocket.OPEN);
});

test('[SYN-9] a frame that is too large, or is text, ends its socket and nothing else', async () => {
  const [large, text, other] = [await opened(open()), await opened(open()), await opened(open())];
  const codes = [closeCode(large), closeCode(text)];
  large.send(new Uint8Array(LIMITS.frameBytes + 1));
  text.send('hello');
  expect(await Promise.all(codes)).toEqual([1009, 1003]);
  expect(other.readyState).toBe(WebSocket.OPEN);
});

test('[SYN-9] a socket that does not read is closed before it fills memory', async () => {
  const [writer, reader] = [server.device(), server.device()];
  const conversation = createConversation(
    server,
    new Map([
      [writer, 'owner'],
      [reader, 'member'],
    ]),
  );
  const segment = await writer.attach(conversation.segment(1)).ready();
  for (let i = 0; i < 4; i++) segment.append(...makeEvents(50, { text: 'x'.repeat(16_000) }));
  await until(() => segment.stored().size === 200, 'the acknowledgements');
  const slow = await reader.attach(conversation.segment(1)).ready();
  const code = new Promise<number>((resolve) => {
    reader.socket.on('close', ({ event }: { event: { code: number } }) => resolve(event.code));
  });
  const ws = reader.socket.webSocket as unknown as WebSocket;
  ws.pause();
  slow.provider.configuration.document = new Y.Doc(); // asks for everything, again and again
  const channel = await writer.channel().ready();
  const before = heldBytes();
  for (let i = 1; i <= 24; i++) {
    slow.provider.forceSync();
    timers.advance(500); // as often as it may, and not so long that its silence ends it
    channel.send({ type: 'heartbeat' });
    await until(() => channel.of('heartbeat').length === i, 'a round trip');
  }
  // of the 75 MB that were asked for, what may wait and what was being made
  expect(heldBytes() - before).toBeLessThan(3 * LIMITS.socketBacklogBytes);
  ws.resume();
  expect([CLOSE_CODES.slowReader, 1006]).toContain(await code);
});

test('[SYN-9] garbage ends at most its own socket', async () => {
  const other = await opened(open());
  for (let seed = 1; seed <= 50; seed++) {
    const ws = await opened(open());
    ws.send(Uint8Array.from({ length: seed * 3 }, (_, i) => (seed * 2_654_435_761 * (i + 1)) >>> 13));
    ws.send(new Uint8Array(0));
    ws.close();
  }
  await until(() => server.sync.health().sockets === 1, 'the others to be gone');
  expect(other.readyState).toBe(WebSocket.OPEN);
});

test('[SYN-9] addresses that are no text, or the name of something every object has, reach nothing', async () => {
  for (const address of ['', '__proto__', 'constructor', 'toString', 'a /b', 'é/', `${'x'.repeat(101)}/`, 'a/1\n']) {
    const ws = await opened(open());
    const code = closeCode(ws);
    const bytes = new TextEncoder().encode(address);
    ws.send(Uint8Array.of(bytes.length, ...bytes, 2, 0, 0));
    expect([address, await code]).toEqual([address, 1003]);
  }
  await opened(open());
});

test('[SYN-1] half a handshake is no socket', async () => {
  const tcp = connect(server.port, '127.0.0.1');
  tcp.write('GET /sync?v=1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
  const answer = await new Promise<string>((resolve) => tcp.once('data', (data) => resolve(String(data))));
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  tcp.destroy();
  expect(server.sync.health().sockets).toBe(0);
});

test('[SYN-9] closing says goodbye to every socket, stops every timer, and may be called twice', async () => {
  const codes = [closeCode(await opened(open())), closeCode(await opened(open()))];
  await Promise.all([server.sync.close(), server.sync.close()]);
  expect(await Promise.all(codes)).toEqual([CLOSE_CODES.goingAway, CLOSE_CODES.goingAway]);
  expect([timers.pending, server.sync.health().sockets]).toEqual([0, 0]);
});

test('[SYN-9] who sends on and on while nothing can be looked up is closed, and told when to come back', async () => {
  const [alice, bob] = [server.device(), server.device()];
  const conversation = createConversation(
    server,
    new Map([
      [alice, 'owner'],
      [bob, 'member'],
    ]),
  );
  const segment = await alice.attach(conversation.segment(1)).ready();
  segment.append(makeEvent());
  await until(() => segment.stored().size === 1, 'the engine to have done what opening brings');
  const code = new Promise<number>((resolve) => {
    alice.socket.on('close', ({ event }: { event: { code: number } }) => resolve(event.code));
  });
  const address = segment.provider.effectiveName;
  const frame = Uint8Array.of(address.length, ...new TextEncoder().encode(address), 0, 2, 2, 0, 0);
  let isHeld = true;
  const { taken } = server.store;
  Object.assign(server.store, {
    taken: async (ids: Parameters<typeof taken>[0]) => {
      await until(() => !isHeld, 'the test to let go');
      return taken(ids);
    },
  });
  segment.append(makeEvent());
  for (let i = 0; i <= LIMITS.framesWaiting + 10; i++) alice.socket.webSocket?.send(frame);
  expect(await code).toBe(CLOSE_CODES.tryLater);
  isHeld = false;
  const theirs = await bob.attach(conversation.segment(1)).ready();
  theirs.append(makeEvent());
  await until(() => theirs.stored().size === 1, 'others to go on');
});

test('[SYN-12] a document that is let go of and opened again within a round trip is open, and takes what is written', async () => {
  const alice = server.device();
  const conversation = createConversation(server, new Map([[alice, 'owner']]));
  const first = await alice.attach(conversation.segment(1)).ready();
  first.detach();
  const second = await alice.attach(conversation.segment(1)).ready();
  second.append(makeEvent());
  await until(() => second.stored().size === 1, 'the acknowledgement');
});

test('[SYN-12] more documents than the engine allows by itself are open on one socket at once', async () => {
  const alice = server.device();
  const conversations = Array.from({ length: 150 }, () => createConversation(server, new Map([[alice, 'owner']])));
  const heads = await Promise.all(conversations.map(({ head }) => alice.attach(head).ready()));
  expect(heads.filter(({ reasons }) => reasons.length > 0)).toEqual([]);
  expect(server.sync.health()).toMatchObject({ sockets: 1, documents: 150 });
});
