/** `DocumentStore` on one SQLite file (node:sqlite, WAL, synchronous FULL), for one process at a time. [STO-2] */
import type { JournalName } from '@kith/schema/doc-name';
import { type AccountId, type DeviceId, idToBytes } from '@kith/schema/ids';
import { err, ok } from '@kith/schema/result';
import { type AppendResult, type DocumentStore, type JournalRow, lastArrivalOf } from './document-store.ts';
import { createGroupCommit } from './group-commit.ts';
import {
  encodeBindings,
  encodeEvents,
  toIndexedEvent,
  toJournalRow,
  toReceipt,
  toSegment,
  toSnapshot,
} from './sqlite-rows.ts';
import { openDatabase } from './sqlite-schema.ts';
import { prepareStatements, type Statements } from './sqlite-statements.ts';

export const createSqliteDocumentStore = ({ path }: { readonly path: string }): DocumentStore => {
  const db = openDatabase(path);
  const sql = prepareStatements(db);
  const commits = createGroupCommit(db);
  const incarnation = Number(sql.incarnation.get()?.['value']);
  let isOpen = true;

  return {
    position: async (journal) => {
      const id = journalId(sql, journal);
      const lastEventArrival = id === null ? 0 : Number(sql.lastEvent.get(id)?.['last'] ?? 0);
      return { incarnation, lastArrival: id === null ? 0 : lastArrival(sql, id), lastEventArrival };
    },

    append: (rows) => commits.write(() => appendRows(sql, rows)),
    rowsFrom: async (journal, arrival) => sql.rowsFrom.all(journal, arrival).map(toJournalRow),

    load: async (document) => {
      const snapshot = sql.snapshot.get(document);
      return {
        snapshot: snapshot === undefined ? null : toSnapshot(snapshot),
        rows: sql.rowsOf.all(document).map(toJournalRow),
      };
    },

    compact: (journal, from, { document, upto, state, bindings }) =>
      commits.write(() => {
        if (Number(sql.upto.get(document)?.['upto'] ?? 0) !== from) return false;
        sql.putSnapshot.run(
          document,
          journalId(sql, journal) ?? addJournal(sql, journal),
          upto,
          state,
          encodeBindings(bindings),
        );
        sql.dropRows.run(document, upto);
        return true;
      }),

    known: async (journal, eventIds) =>
      [...new Set(eventIds)].flatMap((eventId) => sql.known.all(journal, idToBytes(eventId)).map(toIndexedEvent)),
    taken: async (eventIds) => eventIds.filter((eventId) => sql.taken.get(idToBytes(eventId)) !== undefined),
    arrivals: async (journal, after, limit) => sql.arrivals.all(journal, after, limit).map(toIndexedEvent),

    segments: async (conversation) => sql.segments.all(conversation).map(toSegment),
    openSegment: ({ conversation, n, importer, firstArrival, openedAt }) =>
      commits.write(() => changedOne(sql.openSegment.run(conversation, n, importer, firstArrival, openedAt))),
    closeSegment: (conversation, n, { closedAt, events, firstTime, lastTime }) =>
      commits.write(() => changedOne(sql.closeSegment.run(closedAt, events, firstTime, lastTime, conversation, n))),

    putReceipts: (receipts) =>
      commits.write(() =>
        receipts.filter(
          ({ conversation, account, device, arrival, at }) =>
            sql.putReceipt.run(conversation, account, device ?? '', arrival, at).changes === 1,
        ),
      ),
    receipts: async (conversation) => sql.receipts.all(conversation).map(toReceipt),

    ownReceipts: async (conversation, account, device) => {
      const arrival = (of: string): number => Number(sql.receipt.get(conversation, account, of)?.['arrival'] ?? 0);
      return { stored: arrival(device), read: arrival('') };
    },

    close: async () => {
      if (!isOpen) return;
      isOpen = false;
      commits.flush();
      db.close();
    },
  };
};

const appendRows = (sql: Statements, rows: readonly JournalRow[]): AppendResult => {
  const [first] = rows;
  if (first === undefined) return ok(undefined);
  const writerId = createWriterIds(sql);
  const journal = journalId(sql, first.journal) ?? addJournal(sql, first.journal);
  let next = lastArrival(sql, journal) + 1;
  if (first.arrival < next) return err({ type: 'arrival-taken' });
  for (const row of rows) {
    if (row.arrival !== next) throw new RangeError(`arrival ${row.arrival} leaves a hole after ${next - 1}`);
    const { arrival, document, update, events, bindings, receivedAt, incarnation } = row;
    const last = lastArrivalOf(row);
    const texts = [encodeEvents(events), encodeBindings(bindings)] as const;
    sql.addRow.run(journal, arrival, last, document, update, ...texts, receivedAt, incarnation);
    events.forEach(({ eventId, segment, account, device }, i) => {
      sql.addEvent.run(journal, arrival + i, idToBytes(eventId), segment, writerId(account, device), receivedAt);
    });
    next = last + 1;
  }
  return ok(undefined);
};

const journalId = (sql: Statements, name: JournalName): number | null =>
  (sql.journalId.get(name)?.['id'] as number | undefined) ?? null;

const addJournal = (sql: Statements, name: JournalName): number => sql.addJournal.get(name)?.['id'] as number;

/** Rows folded away count too: their snapshot says up to where they went. */
const lastArrival = (sql: Statements, journal: number): number =>
  Math.max(Number(sql.lastRow.get(journal)?.['last'] ?? 0), Number(sql.lastFolded.get(journal)?.['last'] ?? 0));

const changedOne = ({ changes }: { readonly changes: number | bigint }) =>
  changes === 1 ? ok(undefined) : err({ type: 'segment-changed' } as const);

/** Remembers the last writer, which a row's events nearly always share; lives no longer than its transaction. */
const createWriterIds = (sql: Statements): ((account: AccountId, device: DeviceId) => number) => {
  let last = { account: '', device: '', id: 0 };
  return (account, device) => {
    if (last.account === account && last.device === device) return last.id;
    const found = sql.writerId.get(account, device) ?? sql.addWriter.get(account, device);
    const id = found?.['id'] as number;
    last = { account, device, id };
    return id;
  };
};
