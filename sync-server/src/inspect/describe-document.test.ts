import { appendEvents, logRoot, removeEvents } from '@kith/schema/documents/segment';
import { type AccountId, createId, type DeviceId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { makeEvents, testRandom } from '../test/events.ts';
import { describeDocument } from './describe-document.ts';

const owner = { account: createId<AccountId>(testRandom), device: createId<DeviceId>(testRandom) };

test('[INS-1] what is stored of a document is told in figures: shape, sizes, authors, client ids, what is deleted', () => {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  const events = makeEvents(4);
  for (const { bytes } of events.slice(0, 2)) appendEvents(doc, owner, [bytes]);
  const state = Y.encodeStateAsUpdate(doc);
  doc.on('update', (update: Uint8Array) => updates.push(update));
  for (const { bytes } of events.slice(2)) appendEvents(doc, owner, [bytes]);
  appendEvents(doc, owner, [Uint8Array.of(0)]);
  removeEvents(doc, owner, (bytes) => bytes === events[1]?.bytes);
  doc.getMap('settings').set('title', Uint8Array.of(1, 2, 3));
  const row = { journal: `account/${owner.account}`, document: 'd', events: [], bindings: [], incarnation: 1 } as const;
  const rows = updates.map((update, i) => ({ ...row, arrival: 3 + i, update, receivedAt: 1_000 + i }));
  const bindings = [{ clientId: doc.clientID, ...owner }];
  const report = describeDocument({ snapshot: { document: 'd', upto: 2, state, bindings }, rows });
  expect(report).toMatchObject({
    snapshot: { bytes: state.length, upto: 2 },
    rows: { count: 5, bytes: updates.reduce((sum, { length }) => sum + length, 0), lastReceivedAt: 1_004 },
    tombstones: { placed: 1, collected: 0 },
  });
  expect(report.roots).toEqual([
    { name: logRoot(owner.account, owner.device), entries: 4, keys: 0 },
    { name: 'settings', entries: 0, keys: 1 },
  ]);
  expect(report.logs).toMatchObject([{ ...owner, events: 4, kinds: { message: 3, unknown: 1 } }]);
  expect(report.clients).toMatchObject([{ clientId: doc.clientID, owner, units: 6 }]);
});

test('[INS-1] of what was never written everything is none', () => {
  const report = describeDocument({ snapshot: null, rows: [] });
  expect(report).toMatchObject({ snapshot: null, rows: { count: 0, bytes: 0, lastReceivedAt: null }, logs: [] });
});
