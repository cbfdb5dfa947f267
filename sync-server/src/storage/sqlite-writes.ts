/** The writes of the SQLite adapter, run inside a transaction of their thread's; what they are for says the port. */
import type { DatabaseSync } from 'node:sqlite';
import type { JournalName } from '@kith/schema/doc-name';
import type { ConversationId, EventId } from '@kith/schema/ids';
import { err, ok } from '@kith/schema/result';
import type {
  AppendResult,
  JournalRow,
  Segment,
  SegmentClosing,
  SegmentResult,
  Snapshot,
  StoredReceipt,
} from './document-store.ts';
import { packRows, unpackRows } from './packed-rows.ts';
import { assertNoHole, type EventRun, type RowBatch, RUN_EVENTS, toEventRuns } from './row-batches.ts';
import { decodeRun, type EncodedEvent, encodeBindings, encodeRun, eventIdToBytes } from './sqlite-encoding.ts';
import { createSqliteNames } from './sqlite-names.ts';
import { createSqliteRestores } from './sqlite-restores.ts';
import { prepareJournalEnds, prepareWrites } from './sqlite-statements.ts';

type Statements = ReturnType<typeof prepareWrites>;

/** Arguments and results cross threads: plain data. */
export type SqliteWrites = ReturnType<typeof createSqliteWrites>;

export const createSqliteWrites = (db: DatabaseSync) => {
  const sql = prepareWrites(db);
  const ends = prepareJournalEnds(db);
  const names = createSqliteNames(db);

  const writes = {
    append: (name: JournalName, batches: readonly RowBatch[]): AppendResult => {
      const [first] = batches;
      const journal = names.journal(name);
      const next = ends.lastArrival(journal) + 1;
      if (first !== undefined && first.arrival < next) return err({ type: 'arrival-taken' });
      const rows = batches.flatMap(({ document, packed }) => unpackRows(name, document, packed));
      assertNoHole(name, next, rows);
      for (const { document, arrival, last, packed } of batches)
        sql.addBatch.run(journal, arrival, last, document, packed);
      for (const { arrival, segment, events } of indexEvents(sql, journal, rows)) {
        const encoded = events.map(({ account, device, ...event }) => ({
          ...event,
          writer: names.writer(account, device),
        }));
        addRun(sql, journal, { arrival, segment, events: encoded });
      }
      return ok(undefined);
    },
    compact: (name: JournalName, from: number, { document, upto, state, bindings }: Snapshot): boolean => {
      if (Number(sql.upto.get(document)?.['upto'] ?? 0) !== from) return false;
      sql.putSnapshot.run(document, names.journal(name), upto, state, encodeBindings(bindings));
      for (const stretch of foldedStretches(sql, document, upto)) joinRuns(sql, names.journal(name), stretch);
      sql.dropBatches.run(document, upto);
      const across = sql.batchAcross.get(document, upto);
      if (across === undefined) return true;
      const later = unpackRows(name, document, across['packed'] as Uint8Array).filter(({ arrival }) => arrival > upto);
      sql.cutBatch.run(later[0]?.arrival ?? 0, packRows(later), Number(across['rowid']));
      return true;
    },
    openSegment: ({ conversation, n, importer, firstArrival, openedAt }: Segment): SegmentResult =>
      changedOne(sql.openSegment.run(conversation, n, importer, firstArrival, openedAt)),
    closeSegment: (conversation: ConversationId, n: number, closing: SegmentClosing): SegmentResult => {
      const { closedAt, events, firstTime, lastTime } = closing;
      return changedOne(sql.closeSegment.run(closedAt, events, firstTime, lastTime, conversation, n));
    },

    putReceipts: (receipts: readonly StoredReceipt[]): readonly StoredReceipt[] =>
      receipts.filter(
        ({ conversation, account, device, arrival, at }) =>
          sql.putReceipt.run(conversation, account, device ?? '', arrival, at).changes === 1,
      ),
  };
  return { ...writes, restore: createSqliteRestores(db, names, writes) };
};

const changedOne = ({ changes }: { readonly changes: number | bigint }): SegmentResult =>
  changes === 1 ? ok(undefined) : err({ type: 'segment-changed' });

interface EncodedRun {
  readonly arrival: number;
  readonly segment: number;
  readonly events: readonly EncodedEvent[];
}

const addRun = (sql: Statements, journal: number, { arrival, segment, events }: EncodedRun): void => {
  sql.addRun.run(journal, arrival, arrival + events.length - 1, segment, encodeRun(events));
};

interface Stretch {
  readonly arrival: number;
  readonly last: number;
}

/** Where several batches that are folded follow on each other: no more is read than is folded. */
const foldedStretches = (sql: Statements, document: string, upto: number): Stretch[] => {
  const stretches: (Stretch & { batches: number })[] = [];
  for (const row of sql.foldedBatches.all(document, upto)) {
    const [arrival, last] = [row['arrival'] as number, row['last'] as number];
    const before = stretches.at(-1);
    if (before?.last === arrival - 1) {
      stretches[stretches.length - 1] = { arrival: before.arrival, last, batches: before.batches + 1 };
    } else stretches.push({ arrival, last, batches: 1 });
  }
  return stretches.filter(({ batches }) => batches > 1);
};

/** What came one by one takes less room together. */
const joinRuns = (sql: Statements, journal: number, { arrival: first, last }: Stretch): void => {
  const joined: (EncodedRun & { readonly events: EncodedEvent[] })[] = [];
  for (const row of sql.runsWithin.all(journal, first, last)) {
    const [arrival, segment] = [row['arrival'] as number, row['segment'] as number];
    const events = decodeRun(row['events'] as Uint8Array);
    const run = joined.at(-1);
    const isNext = run?.segment === segment && run.arrival + run.events.length === arrival;
    if (isNext && run.events.length + events.length <= RUN_EVENTS) run.events.push(...events);
    else joined.push({ arrival, segment, events });
  }
  sql.dropRuns.run(journal, first, last);
  for (const run of joined) addRun(sql, journal, run);
};

/** Arrivals are counted as they stand in the rows, those of events that the journal has already too. */
const indexEvents = (sql: Statements, journal: number, rows: readonly JournalRow[]): EventRun[] => {
  const known = new Set<EventId>();
  for (const { arrival, events } of rows) {
    for (const [i, { eventId }] of events.entries()) {
      if (sql.addEventId.run(eventIdToBytes(eventId), journal, arrival + i).changes === 0) known.add(eventId);
    }
  }
  return toEventRuns(rows, (eventId) => known.has(eventId));
};
