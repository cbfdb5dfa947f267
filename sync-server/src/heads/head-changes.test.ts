import type { ConversationRecord } from '@kith/schema/conversation-directory';
import { readHead } from '@kith/schema/documents/head';
import { type AccountId, type ConversationId, createId } from '@kith/schema/ids';
import { encodeOpaqueText } from '@kith/schema/opaque';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import type { Segment } from '../storage/document-store.ts';
import { testRandom } from '../test/events.ts';
import { applyHeadChanges, headChanges } from './head-changes.ts';

const id = createId<ConversationId>(testRandom);
const [alice, bob] = [createId<AccountId>(testRandom), createId<AccountId>(testRandom)];
const record: ConversationRecord = {
  ...{ id, kind: 'group', version: 2, epoch: 2, title: encodeOpaqueText('Garden') },
  roleByAccount: new Map([
    [alice, 'owner'],
    [bob, 'member'],
  ]),
};
const segments: Segment[] = [1, 2].map((n) => ({
  ...{ conversation: id, n, importer: null, firstArrival: n, openedAt: 0, closed: null },
}));
const headOf = (source: Parameters<typeof headChanges>[1]): Y.Doc => {
  const doc = new Y.Doc();
  applyHeadChanges(doc, headChanges(doc, source));
  return doc;
};

test('[SYN-7] a head that is up to date lacks nothing', () => {
  const doc = headOf({ record, segments });
  expect(readHead(doc)).toMatchObject({ version: 2, epoch: 2, roleByAccount: record.roleByAccount });
  expect(headChanges(doc, { record, segments })).toEqual([]);
});

test('[SYN-7] members who left go, segments that are not known here yet stay, older records change nothing', () => {
  const doc = headOf({ record, segments });
  const later = { ...record, version: 3, roleByAccount: new Map([[alice, 'owner' as const]]) };
  applyHeadChanges(doc, headChanges(doc, { record: later, segments: [] }));
  expect([...readHead(doc).roleByAccount.keys()]).toEqual([alice]);
  expect(readHead(doc).segments.map(({ n }) => n)).toEqual([1, 2]);
  expect(headChanges(doc, { record, segments })).toEqual([]);
});
