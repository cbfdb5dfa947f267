import { readLog } from '@kith/schema/documents/segment';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createConversation, type TestConversation } from '../test/conversation.ts';
import { makeEvent } from '../test/events.ts';
import { createManualTimers, type ManualTimers } from '../test/manual-timers.ts';
import { enrol, type Sign } from '../test/signing.ts';
import type { Attached, TestDevice } from '../test/test-device.ts';
import { startTestServer, type TestServer } from '../test/test-server.ts';
import { until } from '../test/until.ts';
import { createSignatureAudit } from './signature-audit.ts';
import { createSignatures } from './signatures.ts';

let timers: ManualTimers;
let server: TestServer;
let mallory: TestDevice;
let bob: TestDevice;
let conversation: TestConversation;
let asMallory: Sign;

beforeEach(async () => {
  timers = createManualTimers();
  server = await startTestServer({ timers, clock: timers });
  [mallory, bob] = [server.device(), server.device()];
  conversation = createConversation(
    server,
    new Map([
      [mallory, 'member'],
      [bob, 'owner'],
    ]),
  );
  asMallory = await enrol(server.directory, mallory.person);
});
afterEach(() => server.close());

const logIn = (attached: Attached): Uint8Array[] => readLog(attached.doc, mallory.person);
const forged = () => server.sync.health().forgedEvents;
const open = (device: TestDevice): Promise<Attached> => device.attach(conversation.segment(1)).ready();
const storedDoc = async (): Promise<Y.Doc> => {
  const doc = new Y.Doc();
  const { snapshot, rows } = await server.store.load(conversation.segment(1));
  if (snapshot !== null) Y.applyUpdate(doc, snapshot.state);
  for (const { update } of rows) Y.applyUpdate(doc, update);
  return doc;
};

test('[SIG-2] what its device did not sign is taken out after it was stored, everywhere, and its id stays taken', async () => {
  const [writing, reading] = [await open(mallory), await open(bob)];
  const [first, bad, last] = [await asMallory(conversation.id), makeEvent(), await asMallory(conversation.id)];
  writing.append(first, bad, last);
  await until(() => writing.stored().size === 3, 'the acknowledgement');
  await until(() => forged() === 1, 'the removal');
  for (const attached of [writing, reading]) {
    await until(() => logIn(attached).length === 2, 'the removal to be told');
    expect(logIn(attached)).toEqual([first.bytes, last.bytes]);
  }
  expect(readLog(await storedDoc(), mallory.person)).toEqual([first.bytes, last.bytes]);
  expect(await server.store.taken([bad.eventId])).toEqual([bad.eventId]);
  writing.append({ ...bad, bytes: bad.bytes });
  await until(() => writing.of('rejected').length === 1, 'the refusal');
  expect(writing.of('rejected')[0]?.code).toBe('event-exists');
  const [complaint] = server.complaints;
  expect(complaint).toContain(`device=${mallory.person.device}`);
  expect(complaint).toContain(`eventId=${bad.eventId}`);
});

test('[SIG-3] a device that goes on writing what it does not sign writes nothing more, and still reads', async () => {
  const writing = await open(mallory);
  for (let i = 1; i <= 3; i++) {
    writing.append(makeEvent());
    await until(() => forged() === i, 'the removal');
  }
  const good = await asMallory(conversation.id);
  writing.append(good);
  await until(() => writing.of('rejected').length === 1, 'the refusal');
  expect(writing.of('rejected')[0]).toMatchObject({ code: 'event-signature', eventIds: [good.eventId] });
  const again = await open(server.device(mallory.person));
  expect(logIn(again)).toEqual([]);
  const laptop = server.device(server.person(mallory.person.account));
  const other = await open(laptop);
  other.append(makeEvent());
  await until(() => other.stored().size === 1, 'the acknowledgement of another device');
});

test('[SIG-2] what cannot be checked now is checked later, also when the document has left memory by then', async () => {
  const writing = await open(mallory);
  server.directory.isDown = true;
  writing.append(makeEvent());
  await until(() => writing.stored().size === 1, 'the acknowledgement');
  await until(() => server.complaints.length === 1, 'the check to fail');
  mallory.close();
  await until(() => server.sync.health().documents === 0, 'the segment to leave memory');
  server.directory.isDown = false;
  await until(() => {
    timers.advance(1_000);
    return forged() === 1;
  }, 'the removal');
  expect(logIn(await open(bob))).toEqual([]);
  expect(readLog(await storedDoc(), mallory.person)).toEqual([]);
});

test('[SIG-2] a device whose key nobody knows proves nothing, for or against it', async () => {
  const unknown = server.person(bob.person.account);
  const writing = await open(server.device(unknown));
  writing.append(makeEvent());
  await until(() => writing.stored().size === 1, 'the acknowledgement');
  const signed = await open(mallory);
  signed.append(makeEvent());
  await until(() => forged() === 1, 'the removal of what was checked after it');
  expect(readLog(writing.doc, unknown)).toHaveLength(1);
});

test('[SIG-2] more than may wait is read again from its document, and nothing is left out', async () => {
  const bad = () => ({ ...mallory.person, ...makeEvent() });
  const events = [bad(), { ...bad(), ...(await asMallory(conversation.id)) }, bad(), bad()];
  const removed: string[] = [];
  const audit = createSignatureAudit({
    ...{ timers, clock: timers, log: { info: () => {}, warn: () => {}, error: () => {} }, maxWaiting: 1 },
    signatures: createSignatures({ directory: server.directory }),
    logged: {
      read: async () => events,
      remove: async (_, forged) => {
        for (const { eventId } of forged) if (!removed.includes(eventId)) removed.push(eventId);
      },
    },
  });
  const document = conversation.segment(1);
  for (const event of events) audit.add({ conversation: conversation.id, document, events: [event] });
  await audit.finish();
  expect(removed.sort()).toEqual([events[0], events[2], events[3]].map((event) => event?.eventId).sort());
});

test('[SIG-2] it rests nine times as long as it worked, so that whoever writes does not notice, and does not rest at the end', async () => {
  const checked: number[] = [];
  const audit = createSignatureAudit({
    ...{ timers, clock: timers, log: { info: () => {}, warn: () => {}, error: () => {} } },
    signatures: {
      check: async (_, events) => {
        checked.push(events.length);
        timers.advance(10);
        return events.map(() => 'good');
      },
    },
    logged: { read: async () => [], remove: async () => {} },
  });
  const batch = (n: number) => ({
    ...{ conversation: conversation.id, document: conversation.segment(n) },
    events: [{ ...mallory.person, ...makeEvent() }],
  });
  for (const n of [1, 2]) audit.add(batch(n));
  await until(() => timers.pending > 0 && checked.length === 1, 'the first to be checked');
  timers.advance(89);
  await new Promise((resolve) => void setImmediate(resolve));
  expect(checked).toEqual([1]);
  timers.advance(1);
  await until(() => checked.length === 2, 'the second');
  audit.add(batch(3));
  await audit.finish();
  expect(checked).toEqual([1, 1, 1]);
});
