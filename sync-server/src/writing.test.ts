import { readLog } from '@kith/schema/documents/segment';
import type { EventId } from '@kith/schema/ids';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryDocumentStore } from './storage/memory-document-store.ts';
import { createConversation, type TestConversation } from './test/conversation.ts';
import { makeEvent, makeEvents } from './test/events.ts';
import type { TestDevice } from './test/test-device.ts';
import { startTestServer, type TestServer } from './test/test-server.ts';
import { createTroubledStore, type TroubledStore } from './test/troubled-store.ts';
import { until } from './test/until.ts';

let store: TroubledStore;
let server: TestServer;
let alice: TestDevice;
let bob: TestDevice;
let conversation: TestConversation;

beforeEach(async () => {
  store = createTroubledStore(createMemoryDocumentStore());
  server = await startTestServer({ store });
  [alice, bob] = [server.device(), server.device()];
  conversation = createConversation(
    server,
    new Map([
      [alice, 'owner'],
      [bob, 'member'],
    ]),
  );
});
afterEach(async () => {
  store.release();
  store.fails = 'never';
  await server.close();
});

const known = async (device: TestDevice, ids: readonly EventId[]): Promise<Response> =>
  server.fetch(device.person, `${conversation.path}/known`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ eventIds: ids }),
  });

test('[ACK-1] what one device writes reaches the other, and is acknowledged with its arrivals', async () => {
  const mine = await alice.attach(conversation.segment(1)).ready();
  const theirs = await bob.attach(conversation.segment(1)).ready();
  const events = makeEvents(3);
  mine.append(...events);
  mine.append(makeEvent());
  await until(() => mine.stored().size === 4, 'the acknowledgements');
  const arrivals = [...mine.stored().values()];
  expect(arrivals.map((arrival) => arrival - (arrivals[0] ?? 0))).toEqual([0, 1, 2, 3]);
  await until(() => readLog(theirs.doc, alice.person).length === 4, 'the events');
  expect(readLog(theirs.doc, alice.person).slice(0, 3)).toEqual(events.map(({ bytes }) => bytes));
  expect(theirs.of('stored')).toEqual([]);
  expect(server.complaints).toEqual([]);
});

test('[ACK-2] nothing is acknowledged before the store has it, though others may see it', async () => {
  const mine = await alice.attach(conversation.segment(1)).ready();
  const theirs = await bob.attach(conversation.segment(1)).ready();
  const channel = await bob.channel().ready();
  store.hold();
  mine.append(makeEvent());
  await until(() => readLog(theirs.doc, alice.person).length === 1, 'the event');
  expect([mine.of('stored'), channel.of('notices')]).toEqual([[], []]);
  store.release();
  await until(() => mine.stored().size === 1 && channel.of('notices').length === 1, 'acknowledgement and notice');
});

test('[SYN-8] what is refused is said on the same connection, which stays, and the document is unchanged', async () => {
  const mine = await alice.attach(conversation.segment(1)).ready();
  const foreign = makeEvent();
  mine.doc.getArray(`log/${bob.person.account}/${bob.person.device}`).push([[foreign.bytes]]);
  await until(() => mine.of('rejected').length === 1, 'the refusal');
  expect(mine.of('rejected')[0]?.code).toBe('update-forbidden');
  expect(mine.reasons).toEqual([]);

  const again = await alice.attach(conversation.segment(1)).ready();
  const event = makeEvent();
  again.append(event);
  await until(() => again.stored().has(event.eventId), 'the acknowledgement');
  expect(readLog(again.doc, bob.person)).toEqual([]);
});

test('[SYN-8] a refusal names the events it is about', async () => {
  const mine = await alice.attach(conversation.segment(1)).ready();
  const fromTheFuture = makeEvent({ timeMs: Date.now() + 3_600_000 });
  mine.append(fromTheFuture);
  await until(() => mine.of('rejected').length === 1, 'the refusal');
  expect(mine.of('rejected')[0]).toMatchObject({ code: 'clock-ahead', eventIds: [fromTheFuture.eventId] });
});

test('[SYN-8] a client id that the server did not issue is refused', async () => {
  const mine = await alice.attach(conversation.segment(1)).ready();
  mine.doc.clientID = 4_711;
  mine.append(makeEvent());
  await until(() => mine.of('rejected').length === 1, 'the refusal');
  expect(mine.of('rejected')[0]?.code).toBe('client-id-unknown');
});

test('[JRN-3] while the store fails nothing is acknowledged, devices are told, and all of it is stored later', async () => {
  const channel = await bob.channel().ready();
  const mine = await alice.attach(conversation.segment(1)).ready();
  store.fails = 'before';
  const events = makeEvents(3);
  for (const event of events) mine.append(event);
  await until(() => channel.of('storage').length === 1, 'the bad news');
  expect([channel.of('storage')[0]?.state, server.sync.health().storage]).toEqual(['failing', 'failing']);
  expect((await known(alice, [events[0]!.eventId])).status).toBe(503);
  const late = await server.device(bob.person).channel().ready();
  await until(() => late.of('storage').length === 1, 'the bad news for those who come later');
  expect(mine.of('stored')).toEqual([]);
  store.fails = 'never';
  await until(() => mine.stored().size === 3, 'the acknowledgements');
  await until(() => channel.of('storage').at(-1)?.state === 'ok', 'the good news');
  expect(server.sync.health().ok).toBe(true);
});

test('[JRN-5] a document with rows on their way to the store stays in memory until they are there', async () => {
  const mine = await alice.attach(conversation.segment(1)).ready();
  store.fails = 'before';
  const event = makeEvent();
  mine.append(event);
  await until(() => server.sync.health().storage === 'failing', 'the failure');
  mine.detach();
  const gone = Date.now() + 3_500; // longer than any document is kept warm
  await until(() => Date.now() > gone);
  expect(server.sync.health().documents).toBe(1);
  const theirs = await bob.attach(conversation.segment(1)).ready();
  expect(readLog(theirs.doc, alice.person)).toEqual([event.bytes]);
  theirs.detach();
  store.fails = 'never';
  await until(() => server.sync.health().documents === 0, 'the document to leave memory', 20_000);
  const response = await known(alice, [event.eventId]);
  expect(await response.json()).toMatchObject({ known: [{ eventId: event.eventId, segment: 1 }] });
});

test('[ACK-3] `known` waits for what is in flight and names what is durable, and nothing else', async () => {
  const mine = await alice.attach(conversation.segment(1)).ready();
  const [event, other] = makeEvents(2);
  store.hold();
  mine.append(event!);
  await until(() => store.appends > 0, 'the append');
  const asked = known(bob, [other!.eventId, event!.eventId]);
  store.release();
  const { known: rows } = (await (await asked).json()) as { known: { eventId: string; arrival: number }[] };
  await until(() => mine.stored().size === 1, 'the acknowledgement');
  const { account } = alice.person;
  expect(rows).toEqual([{ eventId: event!.eventId, arrival: mine.stored().get(event!.eventId), segment: 1, account }]);
});

test('[GRD-13] an event that is stored is stored nowhere else: not in another segment, not in another conversation', async () => {
  const response = await server.fetch(alice.person, `${conversation.path}/segments`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"action":"open"}' },
  });
  const { n } = (await response.json()) as { n: number };
  const imported = await alice.attach(conversation.segment(n)).ready();
  const event = makeEvent();
  imported.append(event);
  await until(() => imported.stored().size === 1, 'the acknowledgement');
  imported.detach();
  await until(() => server.sync.health().documents === 0, 'the segment to leave memory', 20_000);
  const other = createConversation(server, new Map([[bob, 'owner']]));
  for (const place of [conversation.segment(1), other.segment(1)]) {
    const copy = await bob.attach(place).ready();
    copy.append(event);
    await until(() => copy.of('rejected').length === 1, 'the refusal');
    expect(copy.of('rejected')[0]).toMatchObject({ code: 'event-exists', eventIds: [event.eventId] });
  }
});

test('[GRD-13] while it cannot be told whether an event is stored, none is accepted', async () => {
  const mine = await alice.attach(conversation.segment(1)).ready();
  store.taken = async () => Promise.reject(new Error('unreadable'));
  mine.append(makeEvent());
  await until(() => mine.of('rejected').length === 1, 'the refusal');
  expect(mine.of('rejected')[0]?.code).toBe('unavailable');
  expect(store.appends).toBe(0);
});

test('[STO-3] a document folded and read again is the same, and its devices go on writing', async () => {
  const mine = await alice.attach(conversation.segment(1)).ready();
  const first = makeEvents(330);
  for (const event of first) mine.append(event);
  await until(() => mine.stored().size === 330, 'the acknowledgements');
  await until(() => server.sync.health().documents === 1, 'the document');
  mine.detach();
  await until(() => server.sync.health().documents === 0, 'the document to leave memory', 20_000);
  const stored = await store.load(conversation.segment(1));
  expect(stored.snapshot).not.toBeNull();
  expect(stored.rows.length).toBeLessThan(330);
  const again = await alice.attach(conversation.segment(1)).ready();
  expect(readLog(again.doc, alice.person)).toEqual(first.map(({ bytes }) => bytes));
  const next = makeEvent();
  again.append(next);
  await until(() => again.stored().has(next.eventId), 'the acknowledgement');
  again.append(first[0]!);
  await until(() => again.of('rejected').length === 1, 'the refusal of an event that is there');
  expect(again.of('rejected')[0]?.code).toBe('event-exists');
});
