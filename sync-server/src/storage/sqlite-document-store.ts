/**
 * `DocumentStore` on one SQLite file (node:sqlite, WAL, synchronous FULL), for one process at a time. Reads run here, on
 * a connection of their own that sees every commit; writes run in a thread of their own. [STO-2] [STO-5]
 */
import { ok } from '@kith/schema/result';
import type { Log } from '../log.ts';
import type { DocumentStore } from './document-store.ts';
import { encodeRows, eventIdToBytes } from './sqlite-encoding.ts';
import { toIndexedEvent, toJournalRow, toReceipt, toSegment, toSnapshot } from './sqlite-rows.ts';
import { openDatabase } from './sqlite-schema.ts';
import { prepareJournalEnds, prepareReads } from './sqlite-statements.ts';
import { createTakenIds } from './sqlite-taken-ids.ts';
import { createWriteThread } from './sqlite-write-thread.ts';

export interface SqliteDocumentStoreDeps {
  readonly path: string;
  readonly log: Log;
}

/** @throws Error when the file was written by a newer version. */
export const createSqliteDocumentStore = ({ path, log }: SqliteDocumentStoreDeps): DocumentStore => {
  const db = openDatabase(path);
  db.exec('PRAGMA query_only = ON');
  const sql = prepareReads(db);
  const ends = prepareJournalEnds(db);
  const incarnation = Number(sql.incarnation.get()?.['value']);
  const thread = createWriteThread({ path, log });
  const takenIds = createTakenIds(path);
  const write: typeof thread.write = async (...request) => {
    try {
      const result = await thread.write(...request);
      takenIds.committed();
      return result;
    } catch (cause) {
      takenIds.renew(); // a thread that ends may have stored it
      throw cause;
    }
  };

  return {
    position: async (journal) => {
      const id = ends.idOf(journal);
      const lastEventArrival = id === null ? 0 : Number(sql.lastEvent.get(id)?.['last'] ?? 0);
      return { incarnation, lastArrival: id === null ? 0 : ends.lastArrival(id), lastEventArrival };
    },

    append: async (rows) => {
      const [first] = rows;
      if (first === undefined) return ok(undefined);
      const encoded = encodeRows(rows);
      const result = await write('append', [first.journal, encoded.rows], [encoded.buffer]);
      if (result.ok) takenIds.committed(rows.flatMap(({ events }) => events.map(({ eventId }) => eventId)));
      return result;
    },
    rowsFrom: async (journal, arrival) => sql.rowsFrom.all(journal, arrival).map(toJournalRow),

    load: async (document) => {
      const snapshot = sql.snapshot.get(document);
      return {
        snapshot: snapshot === undefined ? null : toSnapshot(snapshot),
        rows: sql.rowsOf.all(document).map(toJournalRow),
      };
    },
    compact: async (journal, from, snapshot) => {
      const state = snapshot.state.slice();
      const isFolded = await write('compact', [journal, from, { ...snapshot, state }], [state.buffer]);
      takenIds.renew(); // a fold writes much, which the log keeps as long as an older commit is in use
      return isFolded;
    },

    known: async (journal, eventIds) =>
      [...new Set(eventIds)].flatMap((id) => sql.known.all(journal, eventIdToBytes(id)).map(toIndexedEvent)),
    taken: async (eventIds) => takenIds.of(eventIds),
    arrivals: async (journal, after, limit) => sql.arrivals.all(journal, after, limit).map(toIndexedEvent),

    segments: async (conversation) => sql.segments.all(conversation).map(toSegment),
    openSegment: (segment) => write('openSegment', [segment]),
    closeSegment: (...args) => write('closeSegment', args),

    putReceipts: (receipts) => write('putReceipts', [receipts]),
    receipts: async (conversation) => sql.receipts.all(conversation).map(toReceipt),
    ownReceipts: async (conversation, account, device) => {
      const arrival = (of: string): number => Number(sql.receipt.get(conversation, account, of)?.['arrival'] ?? 0);
      return { stored: arrival(device), read: arrival('') };
    },

    close: async () => {
      await thread.close();
      takenIds.close();
      if (db.isOpen) db.close();
    },
  };
};
