import { NO_BUS } from '@kith/schema/bus';
import { segmentName } from '@kith/schema/doc-name';
import { appendEvents, readLog } from '@kith/schema/documents/segment';
import { type AccountId, type ConversationId, createId, type DeviceId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import type { DocumentStore } from '../storage/document-store.ts';
import { createMemoryDocumentStore } from '../storage/memory-document-store.ts';
import { makeEvent, testRandom } from '../test/events.ts';
import { createTroubledStore } from '../test/troubled-store.ts';
import { createCompaction } from './compaction.ts';
import { withStoredDoc } from './fold-stored.ts';

const conversation = createId<ConversationId>(testRandom);
const owner = { account: createId<AccountId>(testRandom), device: createId<DeviceId>(testRandom) };
const journal = `conversation/${conversation}` as const;
const document = segmentName(conversation, 1);
const { alone } = NO_BUS;
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** Appends events one row each, as a device would. */
const writeRows = async (store: DocumentStore, doc: Y.Doc, count: number, first: number) => {
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  for (let i = 0; i < count; i++) appendEvents(doc, owner, [makeEvent().bytes]);
  const bindings = [{ clientId: doc.clientID, ...owner }];
  for (const [i, update] of updates.entries()) {
    const row = { journal, arrival: first + i, document, update, events: [], receivedAt: 1, incarnation: 1 };
    await store.append([{ ...row, bindings: i === 0 ? bindings : [] }]);
  }
};
const storedLog = async (store: DocumentStore) =>
  withStoredDoc(await store.load(document), (doc) =>
    readLog(doc, owner).map((bytes) => Buffer.from(bytes).toString('hex')),
  );

test('[STO-3] folding leaves the same document, all bindings, and no rows', async () => {
  const store = createMemoryDocumentStore();
  const doc = new Y.Doc();
  await writeRows(store, doc, 20, 1);
  const before = await storedLog(store);
  const folded: string[] = [];
  const compaction = createCompaction({ store, log: quiet, alone, onFolded: (name) => folded.push(name) });
  compaction.request(document);
  compaction.request(document);
  await compaction.settled();
  const stored = await store.load(document);
  expect(folded).toEqual([document]);
  expect([stored.rows.length, stored.snapshot?.upto]).toEqual([0, 20]);
  expect(stored.snapshot?.bindings).toEqual([{ clientId: doc.clientID, ...owner }]);
  expect(await storedLog(store)).toEqual(before);

  const second = new Y.Doc();
  Y.applyUpdate(second, Y.encodeStateAsUpdate(doc));
  await writeRows(store, second, 5, 21);
  compaction.request(document);
  await compaction.settled();
  expect((await store.load(document)).snapshot).toMatchObject({
    upto: 25,
    bindings: [{ clientId: doc.clientID }, { clientId: second.clientID }],
  });
  expect(await storedLog(store)).toHaveLength(25);
});

test('[STO-3] a document that cannot be read keeps its rows and does not stop others', async () => {
  const store = createTroubledStore(createMemoryDocumentStore());
  await writeRows(store, new Y.Doc(), 3, 1);
  const folded: string[] = [];
  const compaction = createCompaction({ store, log: quiet, alone, onFolded: (name) => folded.push(name) });
  store.isUnreadable = true;
  compaction.request(document);
  await compaction.settled();
  store.isUnreadable = false;
  expect((await store.load(document)).rows).toHaveLength(3);
  compaction.request('no document');
  compaction.request(document);
  await compaction.settled();
  expect(folded).toEqual(['no document', document]);
});
