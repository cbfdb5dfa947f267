/** Records of another store into SQLite, run inside a transaction of the thread that writes. [BAK-1] */
import type { DatabaseSync } from 'node:sqlite';
import type { JournalName } from '@kith/schema/doc-name';
import type { ConversationId } from '@kith/schema/ids';
import { unreachable } from '@kith/schema/result';
import { assertEnd } from './assert-end.ts';
import type {
  DocumentRecord,
  IndexedEvent,
  JournalRow,
  Segment,
  SegmentClosing,
  SegmentResult,
  Snapshot,
  StoredReceipt,
} from './document-store.ts';
import { toBatches, toRunsOfEvents } from './row-batches.ts';
import { encodeRun, eventIdToBytes } from './sqlite-encoding.ts';
import type { SqliteNames } from './sqlite-names.ts';
import { prepareJournalEnds, prepareReads, prepareWrites } from './sqlite-statements.ts';

/** Of what the thread writes otherwise. */
interface Writes {
  compact(name: JournalName, from: number, snapshot: Snapshot): boolean;
  openSegment(segment: Segment): SegmentResult;
  closeSegment(conversation: ConversationId, n: number, closing: SegmentClosing): SegmentResult;
  putReceipts(receipts: readonly StoredReceipt[]): readonly StoredReceipt[];
}

export const createSqliteRestores = (db: DatabaseSync, names: SqliteNames, writes: Writes) => {
  const sql = prepareWrites(db);
  const { lastEvent } = prepareReads(db);
  const ends = prepareJournalEnds(db);
  const setIncarnation = db.prepare("UPDATE meta SET value = ? WHERE key = 'incarnation'");

  const putRows = (rows: readonly JournalRow[]): void => {
    for (const [name, ofJournal] of Map.groupBy(rows, ({ journal }) => journal)) {
      for (const { document, arrival, last, packed } of toBatches(ofJournal))
        sql.addBatch.run(names.journal(name), arrival, last, document, packed);
    }
  };
  const putEvents = (name: JournalName, events: readonly IndexedEvent[]): void => {
    const journal = names.journal(name);
    for (const { eventId, arrival } of events) sql.addEventId.run(eventIdToBytes(eventId), journal, arrival);
    for (const { arrival, segment, events: ofRun } of toRunsOfEvents(events)) {
      const last = arrival + ofRun.length - 1;
      const encoded = ofRun.map(({ account, device, ...event }) => ({
        ...event,
        writer: names.writer(account, device),
      }));
      sql.addRun.run(journal, arrival, last, segment, encodeRun(encoded));
    }
  };
  const putSnapshot = (journal: JournalName, snapshot: Snapshot): void => {
    writes.compact(journal, Number(sql.upto.get(snapshot.document)?.['upto'] ?? 0), snapshot);
  };
  const checkEnd = (record: DocumentRecord & { readonly type: 'journal' }): void => {
    const id = ends.idOf(record.journal);
    const lastArrival = id === null ? 0 : ends.lastArrival(id);
    assertEnd(record, { lastArrival, lastEventArrival: id === null ? 0 : Number(lastEvent.get(id)?.['last'] ?? 0) });
  };

  const restoreOne = (record: Exclude<DocumentRecord, { type: 'row' }>): void => {
    switch (record.type) {
      case 'store':
        setIncarnation.run(record.incarnation);
        return;
      case 'snapshot':
        putSnapshot(record.journal, record.snapshot);
        return;
      case 'events':
        putEvents(record.journal, record.events);
        return;
      case 'segment': {
        const { conversation, n, closed } = record.segment;
        writes.openSegment(record.segment);
        if (closed !== null) writes.closeSegment(conversation, n, closed);
        return;
      }
      case 'receipt':
        writes.putReceipts([record.receipt]);
        return;
      case 'journal':
        checkEnd(record);
        return;
      default:
        unreachable(record);
    }
  };

  /** Rows that follow on each other are kept together. */
  return (records: readonly DocumentRecord[]): void => {
    const rows: JournalRow[] = [];
    for (const record of records) {
      if (record.type === 'row') {
        rows.push(record.row);
        continue;
      }
      putRows(rows.splice(0));
      restoreOne(record);
    }
    putRows(rows);
  };
};
