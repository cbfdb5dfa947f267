/** The reads of the SQLite adapter, on a connection that sees every commit; what they are for says the port. */
import type { DatabaseSync } from 'node:sqlite';
import type { JournalName } from '@kith/schema/doc-name';
import type { EventId } from '@kith/schema/ids';
import type { DocumentStore, IndexedEvent } from './document-store.ts';
import { unpackRows } from './packed-rows.ts';
import { createSqliteCopyReads, type SqliteCopyReads } from './sqlite-copying.ts';
import { eventIdToBytes } from './sqlite-encoding.ts';
import { toIndexedEvents, toReceipt, toSegment, toSnapshot, toWriter, type Writer } from './sqlite-rows.ts';
import { prepareJournalEnds, prepareReads } from './sqlite-statements.ts';

/** Remembered: a number stands for one writer for good. */
const MAX_WRITERS = 10_000;

type SqliteReads = Pick<
  DocumentStore,
  | keyof SqliteCopyReads
  | 'position'
  | 'rowsFrom'
  | 'load'
  | 'known'
  | 'arrivals'
  | 'segments'
  | 'receipts'
  | 'ownReceipts'
>;

export const createSqliteReads = (db: DatabaseSync): SqliteReads => {
  const sql = prepareReads(db);
  const ends = prepareJournalEnds(db);
  const incarnation = Number(sql.incarnation.get()?.['value']);

  const writers = new Map<number, Writer>();
  const writerOf = (number: number): Writer => {
    const writer = writers.get(number) ?? toWriter(sql.writer.get(number) ?? {});
    if (writers.size >= MAX_WRITERS) writers.clear();
    writers.set(number, writer);
    return writer;
  };
  const eventsFrom = (journal: number, arrival: number, runs: number): IndexedEvent[] =>
    sql.runsFrom.all(journal, arrival, runs).flatMap((run) => toIndexedEvents(run, writerOf));

  const indexedEvents = (journal: number, eventId: EventId): IndexedEvent[] => {
    const arrival = sql.arrivalOf.get(eventIdToBytes(eventId), journal)?.['arrival'] as number | undefined;
    if (arrival === undefined) return [];
    return eventsFrom(journal, arrival, 1).filter((event) => event.arrival === arrival);
  };

  return {
    ...createSqliteCopyReads(db),
    position: async (journal) => {
      const id = ends.idOf(journal);
      const lastEventArrival = id === null ? 0 : Number(sql.lastEvent.get(id)?.['last'] ?? 0);
      return { incarnation, lastArrival: id === null ? 0 : ends.lastArrival(id), lastEventArrival };
    },
    rowsFrom: async (journal, arrival) => {
      const id = ends.idOf(journal);
      const batches = id === null ? [] : sql.batchesFrom.all(id, arrival);
      const rows = batches.flatMap(({ document, packed }) =>
        unpackRows(journal, document as string, packed as Uint8Array),
      );
      return rows.filter((row) => row.arrival >= arrival);
    },
    load: async (document) => {
      const snapshot = sql.snapshot.get(document);
      const journal = sql.journalOf.get(document)?.['name'] as JournalName;
      const batches = sql.batchesOf.all(document);
      return {
        snapshot: snapshot === undefined ? null : toSnapshot(snapshot),
        rows: batches.flatMap(({ packed }) => unpackRows(journal, document, packed as Uint8Array)),
      };
    },

    known: async (journal, eventIds) => {
      const id = ends.idOf(journal);
      return id === null ? [] : [...new Set(eventIds)].flatMap((eventId) => indexedEvents(id, eventId));
    },
    arrivals: async (journal, after, limit) => {
      const id = ends.idOf(journal);
      // each run holds one event at least, and of the first all may be earlier
      const events = id === null ? [] : eventsFrom(id, after, limit + 1);
      return events.filter(({ arrival }) => arrival > after).slice(0, limit);
    },

    segments: async (conversation) => sql.segments.all(conversation).map(toSegment),
    receipts: async (conversation) => sql.receipts.all(conversation).map(toReceipt),
    ownReceipts: async (conversation, account, device) => {
      const arrival = (of: string): number => Number(sql.receipt.get(conversation, account, of)?.['arrival'] ?? 0);
      return { stored: arrival(device), read: arrival('') };
    },
  };
};
