/** What copying from any adapter to any other keeps, and that reading goes on beside writing. */
import { createHash } from 'node:crypto';
import type { JournalName } from '@kith/schema/doc-name';
import { HLC_ZERO } from '@kith/schema/hlc';
import { type ConversationId, createId } from '@kith/schema/ids';
import { expect } from 'vitest';
import { readDocumentRecords } from '../storage/document-records.ts';
import type { DocumentRecord, DocumentStore } from '../storage/document-store.ts';
import { testRandom } from './events.ts';
import {
  account,
  conversation,
  device,
  event,
  head,
  journal,
  row,
  segment,
  segment1,
  snapshot,
} from './store-fixtures.ts';

const RECORDS_AT_ONCE = 100;

/** To be compared: of bytes their hash. */
export const recordsOf = async (store: DocumentStore): Promise<readonly unknown[]> => {
  const records: unknown[] = [];
  for await (const record of readDocumentRecords(store)) {
    if (record.type === 'row') records.push({ ...record.row, update: hashOf(record.row.update) });
    else if (record.type === 'snapshot') records.push({ ...record.snapshot, state: hashOf(record.snapshot.state) });
    else records.push(record);
  }
  return records;
};

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const copyDocuments = async (from: DocumentStore, to: DocumentStore): Promise<void> => {
  let records: DocumentRecord[] = [];
  for await (const record of readDocumentRecords(from)) {
    records.push(record);
    if (records.length < RECORDS_AT_ONCE) continue;
    await to.restore(records);
    records = [];
  }
  await to.restore(records);
};

/** Folded wholly, in part and not at all; events that came twice; five megabytes; what has no rows. */
export const fillWithEverything = async (store: DocumentStore): Promise<void> => {
  const bindings = [
    { clientId: 0xffffffff, account, device },
    { clientId: 1, account: null, device: null },
  ];
  const twice = event();
  const update = new Uint8Array(5 * 1024 * 1024).map((_, i) => i * 31);
  await store.append([row(1, [event(), twice], { bindings }), row(3, [], { document: head }), row(4, [event(2)])]);
  await store.append([row(5, [twice, event()], { update }), row(7, []), row(8, [event()], { incarnation: 2 })]);
  expect(await store.compact(journal, 0, { ...snapshot(6), state: update, bindings })).toBe(true);
  await store.openSegment(segment(1));
  const closed = { closedAt: 9, events: 3, firstTime: HLC_ZERO, lastTime: HLC_ZERO };
  await store.closeSegment(conversation, 1, closed);
  await store.openSegment(segment(2, { importer: `${account}/${device}`, firstArrival: 8 }));
  const receipt = { conversation, account, arrival: 4, at: 11 };
  await store.putReceipts([
    { ...receipt, device },
    { ...receipt, device: null, arrival: 3 },
  ]);

  const folded: JournalName = `account/${account}`;
  const document = `${folded}/1`;
  await store.append([1, 2, 3].map((arrival) => row(arrival, [], { journal: folded, document })));
  expect(await store.compact(folded, 0, snapshot(3, document))).toBe(true);
  const empty = createId<ConversationId>(testRandom);
  await store.openSegment(segment(1, { conversation: empty }));
  await store.putReceipts([{ ...receipt, conversation: createId<ConversationId>(testRandom), device }]);
};

/** Written and folded while it is read. */
export const readBesideWriting = async (store: DocumentStore): Promise<void> => {
  await store.append([row(1, [event()]), row(2, [], { document: head }), row(3, [event()])]);
  const read: DocumentRecord[] = [];
  for await (const record of readDocumentRecords(store)) {
    read.push(record);
    if (record.type !== 'row' || record.row.arrival !== 1) continue;
    await store.append([row(4, [event()]), row(5, [], { document: head }), row(6, [event()])]);
    await store.compact(journal, 0, snapshot(4, segment1));
    await store.append([row(7, [event()])]);
  }
  const arrivals = (records: readonly DocumentRecord[]) =>
    records.flatMap((record) => (record.type === 'row' ? [record.row.arrival] : []));
  const folded = read.findIndex(({ type }) => type === 'snapshot');
  expect(arrivals(read.slice(0, folded)).filter((arrival) => arrival !== 3)).toEqual([1, 2]); // 3 is in the snapshot
  expect(arrivals(read.slice(folded))).toEqual([5, 6, 7]);
  expect(read.at(-1)).toEqual({ type: 'journal', journal, lastArrival: 7, lastEventArrival: 7 });
};
