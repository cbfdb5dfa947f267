/** Every limit, exceeded over real sockets and HTTP: the answer names it and when to come back, and others go on. */
import type { IncomingMessage } from 'node:http';
import { parseReason } from '@kith/schema/refusal-reason';
import { CLOSE_CODES } from '@kith/schema/wire-error';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createConversation, type TestConversation } from '../test/conversation.ts';
import { makeEvents } from '../test/events.ts';
import type { Attached, TestDevice } from '../test/test-device.ts';
import { startTestServer, type TestServer } from '../test/test-server.ts';
import { until } from '../test/until.ts';
import type { Rates } from './rates.ts';

let server: TestServer;
let alice: TestDevice;
let bob: TestDevice;
let conversation: TestConversation;

const start = async (rates: Partial<Rates>, addressOf?: (request: IncomingMessage) => string): Promise<void> => {
  server = await startTestServer({ rates, ...(addressOf === undefined ? {} : { addressOf }) });
  [alice, bob] = [server.device(), server.device()];
  conversation = createConversation(
    server,
    new Map([
      [alice, 'owner'],
      [bob, 'member'],
    ]),
  );
};
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(async () => {
  await server.close();
  vi.useRealTimers();
});

const pass = (ms: number): void => void vi.setSystemTime(Date.now() + ms);
const rejections = (attached: Attached) => attached.of('rejected').map(({ code, limit }) => [code, limit]);
const segmentOf = (device: TestDevice) => device.attach(conversation.segment(1)).ready();

test('[LIM-2] who comes near the limit of events is told; who goes on is refused by name and time, and others write on', async () => {
  await start({ events: { burst: 200, steady: 5 } });
  const [hers, his] = [await segmentOf(alice), await segmentOf(bob)];
  hers.append(...makeEvents(190));
  await until(() => hers.stored().size === 190, 'the burst');
  expect(hers.of('slow-down')).toEqual([{ type: 'slow-down', limit: 'events', now: 10, later: 5, retryAfterMs: 0 }]);
  hers.append(...makeEvents(10));
  hers.append(...makeEvents(5));
  await until(() => hers.stored().size === 205, 'what goes steadily');
  expect(hers.of('slow-down').at(-1)).toEqual({
    ...{ type: 'slow-down', limit: 'events', now: 0, later: 5, retryAfterMs: 10_000 },
  });
  pass(4_000);
  const [late] = makeEvents(1);
  hers.append(late!);
  await until(() => hers.of('rejected').length > 0, 'the refusal');
  expect(hers.of('rejected')).toEqual([
    { type: 'rejected', code: 'rate-limited', eventIds: [late?.eventId], limit: 'events', retryAfterMs: 6_000 },
  ]);
  expect(hers.reasons).toEqual([]);
  his.append(...makeEvents(100));
  await until(() => his.stored().size === 100, 'the other to write');
  expect(his.of('slow-down')).toMatchObject([{ now: 100 }]);

  pass(6_000);
  hers.detach();
  const again = await segmentOf(alice);
  again.append(late!);
  await until(() => again.stored().has(late!.eventId), 'what was refused, sent again');
});

test('[LIM-2] bytes are counted as events are, and in each conversation apart', async () => {
  const room = 1024 * 1024;
  await start({ bytes: { burst: room, steady: room / 4 } });
  const segment = await segmentOf(alice);
  const large = { text: 'x'.repeat(16_000) };
  segment.append(...makeEvents(60, large));
  await until(() => segment.stored().size === 60, 'the burst');
  expect(segment.of('slow-down')).toMatchObject([{ limit: 'bytes', now: 3, later: 3 }]);
  segment.append(...makeEvents(60, large));
  await until(() => segment.of('rejected').length > 0, 'the refusal');
  expect(rejections(segment)).toEqual([['rate-limited', 'bytes']]);
  const other = createConversation(server, new Map([[alice, 'owner']]));
  const elsewhere = await alice.attach(other.segment(1)).ready();
  elsewhere.append(...makeEvents(10, large));
  await until(() => elsewhere.stored().size === 10, 'another conversation');
});

test('[LIM-2] refused updates cost as much as accepted ones', async () => {
  await start({ events: { burst: 3, steady: 2 } });
  const segment = await segmentOf(alice);
  segment.append(...makeEvents(2, { timeMs: Date.now() + 3_600_000 })); // ahead of the server's clock
  await until(() => segment.of('rejected').length === 1, 'the first refusal');
  for (let i = 0; i < 2; i++) segment.append(...makeEvents(2));
  await until(() => segment.of('rejected').length === 3, 'the others');
  expect(rejections(segment).map(([code]) => code)).toEqual(['clock-ahead', 'update-gap', 'rate-limited']);
});

test('[LIM-3] what lifts the limits for an import does so in its own segments, and not where people talk', async () => {
  await start({ events: { burst: 10, steady: 5 }, attaches: { burst: 4, steady: 1 } });
  const opened = await server.fetch(alice.person, `${conversation.path}/segments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'open' }),
  });
  const { n } = (await opened.json()) as { n: number };
  for (let i = 0; i < 5; i++) (await alice.attach(conversation.segment(n), { scope: 'bulk' }).ready()).detach();
  const imported = await alice.attach(conversation.segment(n), { scope: 'bulk' }).ready();
  imported.append(...makeEvents(100));
  await until(() => imported.stored().size === 100, 'the import');
  const talk = await alice.attach(conversation.segment(1), { scope: 'bulk' }).ready();
  talk.append(...makeEvents(11));
  await until(() => talk.of('rejected').length > 0, 'the refusal');
  expect(rejections(talk)).toEqual([['rate-limited', 'events']]);
});

test('[LIM-3] documents are opened so often by an account, whichever its sockets; others open theirs', async () => {
  await start({ attaches: { burst: 2, steady: 1 } });
  const second = server.device(alice.person);
  for (const device of [alice, second]) await segmentOf(device);
  await alice.attach(conversation.head).ready();
  const refused = second.attach(conversation.head);
  await until(() => refused.reasons.length > 0, 'the refusal');
  expect(parseReason(refused.reasons[0] ?? '')).toEqual({
    code: 'rate-limited',
    limited: { limit: 'attaches', retryAfterMs: 10_000 },
  });
  await segmentOf(bob);
  pass(10_000);
  await second.attach(conversation.head).ready();
});

test('[LIM-3] asking for a whole document again and again ends that document’s connection with the time to wait', async () => {
  await start({});
  const [asking, other] = [await segmentOf(alice), await alice.attach(conversation.head).ready()];
  for (let i = 0; i < 20; i++) asking.provider.forceSync();
  await until(() => asking.reasons.length > 0, 'the end');
  expect(parseReason(asking.reasons[0] ?? '')).toEqual({
    code: 'rate-limited',
    limited: { limit: 'syncs', retryAfterMs: 1_000 },
  });
  expect(other.reasons).toEqual([]);
});

test('[LIM-3] messages on the channel that come too often are answered so, and it stays', async () => {
  await start({});
  const channel = await alice.channel().ready();
  for (let i = 0; i < 101; i++) channel.send({ type: 'heartbeat' });
  await until(() => channel.of('rejected').length > 0, 'the answer');
  expect(channel.of('rejected')[0]).toMatchObject({ code: 'rate-limited', limit: 'messages', retryAfterMs: 50 });
  expect(channel.of('heartbeat')).toHaveLength(100);
  pass(50);
  channel.send({ type: 'heartbeat' });
  await until(() => channel.of('heartbeat').length === 101, 'the next one');
});

test('[LIM-3] presence that comes too often is dropped and said so once', async () => {
  await start({});
  const head = await alice.attach(conversation.head).ready();
  const watching = await bob.attach(conversation.head).ready();
  const { awareness } = head.provider;
  for (let i = 0; i < 20; i++) awareness?.setLocalState({ typing: i % 2 === 0 });
  await until(() => head.of('rejected').length > 0, 'the answer');
  expect(head.of('rejected')).toMatchObject([{ limit: 'presence', retryAfterMs: 200 }]);
  pass(200);
  awareness?.setLocalState({ typing: true });
  const isTyping = () => [...(watching.provider.awareness?.getStates().values() ?? [])].some(({ typing }) => typing);
  await until(isTyping, 'the word after the wait');
  expect(head.of('rejected')).toHaveLength(1);
});

test('[LIM-3] requests of an account beyond its limit get 429 with `Retry-After` and the limit; others are answered', async () => {
  await start({ requests: { burst: 3, steady: 1 } });
  for (let i = 0; i < 4; i++) expect((await server.fetch(alice.person, '/api/index')).status).toBe(200);
  pass(2_500);
  const refused = await server.fetch(alice.person, '/api/index');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '8']);
  expect(await refused.json()).toMatchObject({ code: 'rate-limited', limit: 'requests', retryAfterMs: 7_500 });
  expect((await server.fetch(bob.person, '/api/index')).status).toBe(200);
  pass(7_500);
  expect((await server.fetch(alice.person, '/api/index')).status).toBe(200);
});

const openSocket = (address: string): { readonly ws: WebSocket; readonly ended: Promise<string> } => {
  const ws = new WebSocket(server.url, { headers: { 'x-test-address': address } });
  const ended = new Promise<string>((resolve) => ws.once('close', (code, reason) => resolve(`${code} ${reason}`)));
  return { ws, ended };
};
const isOpen = async ({ ws, ended }: ReturnType<typeof openSocket>): Promise<boolean> => {
  await until(() => ws.readyState === WebSocket.OPEN || ws.readyState === WebSocket.CLOSED, 'the socket');
  // its answer to a ping comes behind whatever the server had to say before
  const pong = new Promise<boolean>((resolve) => ws.once('pong', () => resolve(true)));
  ws.ping();
  return Promise.race([pong, ended.then(() => false)]);
};
const byHeader = ({ headers }: IncomingMessage): string => String(headers['x-test-address'] ?? 'here');

test('[LIM-4] one socket too many from an address is closed with the time to come back; a neighbour’s is not', async () => {
  await start({ socketsOfAddress: 2 }, byHeader);
  const [first, second] = [openSocket('a'), openSocket('a')];
  expect([await isOpen(first), await isOpen(second)]).toEqual([true, true]);
  expect(await openSocket('a').ended).toBe(`${CLOSE_CODES.tryLater} rate-limited sockets 60000`);
  const neighbour = openSocket('b');
  expect(await isOpen(neighbour)).toBe(true);
  first.ws.close();
  await first.ended;
  const next = openSocket('a');
  expect(await isOpen(next)).toBe(true);
  for (const { ws } of [second, neighbour, next]) ws.terminate();
});

test('[LIM-4] an address opens sockets so often and no oftener', async () => {
  await start({ sockets: { burst: 2, steady: 1 } }, byHeader);
  for (let i = 0; i < 3; i++) {
    const socket = openSocket('a');
    expect(await isOpen(socket)).toBe(true);
    socket.ws.terminate();
  }
  expect(await openSocket('a').ended).toBe(`${CLOSE_CODES.tryLater} rate-limited sockets 10000`);
  pass(10_000);
  const socket = openSocket('a');
  expect(await isOpen(socket)).toBe(true);
  socket.ws.terminate();
});

test('[LIM-4] one socket too many of an account is closed; what its others have open stays', async () => {
  await start({ socketsOfAccount: 2 });
  const [second, third] = [server.device(alice.person), server.device(alice.person)];
  const kept = [await segmentOf(alice), await segmentOf(second)];
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    third.socket.on('close', ({ event }: { event: { code: number; reason: string } }) => {
      third.socket.shouldConnect = false;
      resolve(event);
    });
  });
  third.attach(conversation.head);
  expect(await closed).toMatchObject({ code: CLOSE_CODES.tryLater, reason: 'rate-limited sockets 60000' });
  await bob.attach(conversation.head).ready();
  expect(kept.flatMap(({ reasons }) => reasons)).toEqual([]);
  second.close();
  await until(() => server.sync.health().sockets === 2, 'its socket to be gone');
  await server.device(alice.person).attach(conversation.head).ready();
});
