import { newestSegment, readHead } from '@kith/schema/documents/head';
import { readLog } from '@kith/schema/documents/segment';
import { msToHlc } from '@kith/schema/hlc';
import { LIMITS } from '@kith/schema/limits';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DocumentStore } from '../storage/document-store.ts';
import { createMemoryDocumentStore } from '../storage/memory-document-store.ts';
import { createConversation, type TestConversation } from '../test/conversation.ts';
import { makeEvent, makeEvents } from '../test/events.ts';
import type { Attached, TestDevice } from '../test/test-device.ts';
import { startTestServer, type TestServer } from '../test/test-server.ts';
import { until } from '../test/until.ts';
import { createSegmentWriter } from './segment-writer.ts';

let nowMs: number;
let store: DocumentStore;
let server: TestServer;
let alice: TestDevice;
let bob: TestDevice;
let conversation: TestConversation;

beforeEach(async () => {
  nowMs = Date.now();
  store = createMemoryDocumentStore();
  server = await startTestServer({ store, clock: { now: () => nowMs } });
  [alice, bob] = [server.device(), server.device()];
  conversation = createConversation(
    server,
    new Map([
      [alice, 'owner'],
      [bob, 'member'],
    ]),
  );
});
afterEach(() => server.close());

const segmentsOf = (head: Attached) => readHead(head.doc).segments;
const fill = async (attached: Attached, count: number, timeMs: number): Promise<void> => {
  for (let done = 0; done < count; done += LIMITS.batchEvents) {
    const before = attached.stored().size;
    attached.append(...makeEvents(Math.min(LIMITS.batchEvents, count - done), { timeMs: timeMs + done }));
    await until(() => attached.stored().size > before, 'the acknowledgement');
  }
};
const postSegments = async (device: TestDevice, body: object): Promise<Response> =>
  server.fetch(device.person, `${conversation.path}/segments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const openImport = async (device: TestDevice): Promise<number> => {
  const response = await postSegments(device, { action: 'open' });
  return ((await response.json()) as { n: number }).n;
};

test('[SGM-1] a full segment is closed with its range, and the next is announced through the head', async () => {
  const head = await bob.attach(conversation.head).ready();
  const first = await alice.attach(conversation.segment(1)).ready();
  await fill(first, LIMITS.segmentEvents, 5_000);
  await until(() => segmentsOf(head)[0]?.state === 'closed', 'the closing');
  const [closed, next] = segmentsOf(head);
  expect(closed).toMatchObject({ n: 1, events: 1_000, firstTime: msToHlc(5_000), lastTime: msToHlc(5_999) });
  expect(next).toMatchObject({ n: 2, state: 'open' });
  expect(next?.firstArrival).toBeGreaterThan(1_000);
  const second = await alice.attach(conversation.segment(2)).ready();
  second.append(makeEvent());
  await until(() => second.stored().size === 1, 'the acknowledgement');
  expect(await store.segments(conversation.id)).toHaveLength(2);
});

test('[SGM-2] [SGM-3] a closed segment takes messages during its grace only, and reactions for good', async () => {
  const first = await alice.attach(conversation.segment(1)).ready();
  await fill(first, LIMITS.segmentEvents, 5_000);
  const head = await bob.attach(conversation.head).ready();
  await until(() => newestSegment(segmentsOf(head))?.n === 2, 'the next segment');

  const inFlight = makeEvent({ timeMs: 9_000 });
  first.append(inFlight);
  await until(() => first.stored().has(inFlight.eventId), 'the acknowledgement');
  await until(() => segmentsOf(head)[0]?.lastTime === msToHlc(9_000), 'the wider range');

  nowMs += LIMITS.segmentGraceMs + 1_000;
  const reaction = makeEvent({ target: inFlight.eventId });
  first.append(reaction);
  await until(() => first.stored().has(reaction.eventId), 'the acknowledgement of the reaction');
  const second = await bob.attach(conversation.segment(2)).ready();
  second.append(makeEvent({ target: inFlight.eventId }));
  await until(() => second.of('rejected').length === 1, 'the refusal in the wrong segment');
  expect(second.of('rejected')[0]?.code).toBe('segment-wrong');
  first.append(makeEvent());
  await until(() => first.of('rejected').length === 1, 'the refusal of a late message');
  expect(first.of('rejected')[0]?.code).toBe('segment-closed');
});

test('[SGM-1] an old segment is closed by the next event once it holds some', async () => {
  const head = await bob.attach(conversation.head).ready();
  const first = await alice.attach(conversation.segment(1)).ready();
  await fill(first, LIMITS.segmentQuietEvents - 1, 5_000);
  nowMs += LIMITS.segmentMaxAgeMs;
  alice.close();
  const again = await server.device(alice.person).attach(conversation.segment(1)).ready();
  expect(segmentsOf(head)).toHaveLength(1);
  again.append(makeEvent());
  await until(() => segmentsOf(head).length === 2, 'the next segment');
});

test('[SGM-1] of two segments that a dead process left open the older is closed at the next load', async () => {
  const writer = createSegmentWriter({ store, clock: { now: () => nowMs }, lastArrival: async () => 0 });
  await writer.openNext(conversation.id, { newest: 0 });
  await writer.openNext(conversation.id, { importer: 'somebody/else' });
  await writer.openNext(conversation.id, { newest: 1 });
  const head = await bob.attach(conversation.head).ready();
  expect(segmentsOf(head).map(({ n, state }) => [n, state])).toEqual([
    [1, 'closed'],
    [2, 'open'],
    [3, 'open'],
  ]);
  expect(await writer.openNext(conversation.id, { newest: 1 })).toMatchObject({ n: 3 });
});

test("[SGM-4] [SGM-5] an import's segments are its device's, never the newest, and close with their range", async () => {
  const head = await bob.attach(conversation.head).ready();
  const n = await openImport(alice);
  await until(() => segmentsOf(head).length === 2, 'the segment');
  expect(newestSegment(segmentsOf(head))?.n).toBe(1);
  expect(segmentsOf(head)[1]?.importer).toBe(`${alice.person.account}/${alice.person.device}`);

  const importing = await alice.attach(conversation.segment(n), { scope: 'bulk' }).ready();
  await fill(importing, 400, 1_000);
  const intruder = await bob.attach(conversation.segment(n)).ready();
  intruder.append(makeEvent());
  await until(() => intruder.of('rejected').length === 1, 'the refusal');
  expect(intruder.of('rejected')[0]?.code).toBe('segment-wrong');

  expect((await postSegments(bob, { action: 'close', n })).status).toBe(403);
  expect((await postSegments(alice, { action: 'close', n: 99 })).status).toBe(404);
  expect(await (await postSegments(alice, { action: 'close', n })).json()).toEqual({ n });
  expect((await postSegments(alice, { action: 'close', n })).status).toBe(200);
  await until(() => segmentsOf(head)[1]?.state === 'closed', 'the closing');
  expect(segmentsOf(head)[1]).toMatchObject({ events: 400, firstTime: msToHlc(1_000), lastTime: msToHlc(1_399) });
  importing.append(makeEvent());
  await until(() => importing.of('rejected').length === 1, 'the refusal after the closing');
  expect(importing.of('rejected')[0]?.code).toBe('segment-closed');
  expect(readLog(importing.doc, alice.person)).toHaveLength(401);
});

test('[SGM-5] an import that begins again and again closes what it left open', async () => {
  for (let i = 0; i < 6; i++) await openImport(alice);
  const segments = await store.segments(conversation.id);
  expect(segments.map(({ closed }) => closed === null)).toEqual([true, false, false, true, true, true, true]);
});

test('[SGM-5] readers do not import', async () => {
  server.directory.setRole(conversation.id, bob.person.account, 'reader');
  const response = await postSegments(bob, { action: 'open' });
  expect([response.status, await response.json()]).toMatchObject([403, { code: 'forbidden' }]);
});
