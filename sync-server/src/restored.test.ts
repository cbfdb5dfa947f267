import { readLog } from '@kith/schema/documents/segment';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DocumentStore } from './storage/document-store.ts';
import { createMemoryDocumentStore } from './storage/memory-document-store.ts';
import { createConversation, type TestConversation } from './test/conversation.ts';
import { makeEvent } from './test/events.ts';
import { enrol, inNextIncarnation } from './test/signing.ts';
import type { Attached, TestDevice } from './test/test-device.ts';
import { startTestServer, type TestServer } from './test/test-server.ts';
import { until } from './test/until.ts';

let before: TestServer;
let after: TestServer;
let conversation: TestConversation;
let ann: TestDevice;
let bob: TestDevice;
let carol: TestDevice;
let dora: TestDevice;

beforeEach(async () => {
  before = await startTestServer();
  [ann, bob, carol, dora] = [before.device(), before.device(), before.device(), before.device()];
  conversation = createConversation(
    before,
    new Map([
      [ann, 'owner'],
      [bob, 'member'],
      [carol, 'reader'],
      [dora, 'member'],
    ]),
  );
});
afterEach(async () => {
  await before.close();
  await after.close();
});

const open = (device: TestDevice): Promise<Attached> => device.attach(conversation.segment(1)).ready();
/** What the same person's device, with all that it had, meets after the restore. */
const meet = async (device: TestDevice, { doc }: Attached): Promise<Attached> =>
  after.device(device.person).attach(conversation.segment(1), { doc }).ready();
const write = async (attached: Attached, ...events: ReturnType<typeof makeEvent>[]): Promise<void> => {
  attached.append(...events);
  await until(() => events.every(({ eventId }) => attached.stored().has(eventId)), 'the acknowledgement');
};
const backUp = async (store: DocumentStore): Promise<DocumentStore> => {
  const copy = createMemoryDocumentStore();
  await copy.append(await store.rowsFrom(`conversation/${conversation.id}`, 1));
  for (const segment of await store.segments(conversation.id)) await copy.openSegment(segment);
  return inNextIncarnation(copy);
};

test('[GRD-19] [GRD-18] after a redaction and a restore nobody’s step 2 is refused for it: writers, readers, one removed and back', async () => {
  await enrol(before.directory, ann.person); // what Ann does not sign is taken out
  const [annsDoc, carolsDoc, dorasDoc] = [await open(ann), await open(carol), await open(dora)];
  await write(annsDoc, makeEvent());
  await until(() => before.sync.health().forgedEvents === 1, 'the first removal');
  await write(dorasDoc, makeEvent());
  before.directory.setRole(conversation.id, dora.person.account, null);
  before.directory.setRole(conversation.id, dora.person.account, 'reader');
  const store = await backUp(before.store);
  await write(annsDoc, makeEvent());
  await until(() => before.sync.health().forgedEvents === 2, 'the second removal');
  const bobsDoc = await open(bob);
  await write(bobsDoc, makeEvent());
  await until(() => readLog(carolsDoc.doc, bob.person).length === 1, 'the event at the reader');
  after = await startTestServer({ store, directory: before.directory });
  for (const device of [ann, bob, carol, dora]) device.socket.disconnect();

  for (const [device, had] of [
    [carol, carolsDoc],
    [dora, dorasDoc],
  ] as const) {
    const met = await meet(device, had);
    const event = makeEvent();
    met.append(event); // answered after the step 2, in order
    await until(() => met.of('rejected').length > 0, 'the refusal of what a reader wrote');
    expect(met.of('rejected')).toMatchObject([{ code: 'read-only', eventIds: [event.eventId] }]);
  }
  const eve = after.device(before.person(ann.person.account));
  const met = await eve.attach(conversation.segment(1), { doc: carolsDoc.doc }).ready();
  await write(met, makeEvent());
  expect(met.of('rejected')).toEqual([]);
});

test('[GRD-19] [GRD-12] own lost events come back by a step 2; those under a forgotten id are named, to be written again', async () => {
  const annsDoc = await open(ann);
  await write(annsDoc, makeEvent());
  const store = await backUp(before.store);
  const [lost, lostToo, ofBob] = [makeEvent(), makeEvent(), makeEvent()];
  await write(annsDoc, lost, lostToo);
  const bobsDoc = await open(bob);
  await write(bobsDoc, ofBob);
  after = await startTestServer({ store, directory: before.directory });
  for (const device of [ann, bob]) device.socket.disconnect();

  const met = await meet(ann, annsDoc);
  await until(() => met.stored().has(lostToo.eventId), 'the lost events to be stored again');
  expect(met.of('rejected')).toEqual([]);
  const refused = await meet(bob, bobsDoc);
  await until(() => refused.of('rejected').length > 0, 'the refusal');
  expect(refused.of('rejected')).toMatchObject([{ code: 'client-id-unknown', eventIds: [ofBob.eventId] }]);
  const anew = await after.device(bob.person).attach(conversation.segment(1)).ready();
  await write(anew, ofBob);
  expect(readLog(anew.doc, ann.person)).toHaveLength(3);
});
