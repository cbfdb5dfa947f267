/**
 * Journals in MongoDB. A journal's end and what was appended last stand in one document, which is changed only if its
 * end is still where the caller thinks: one write makes an append durable, whole or not at all, and of two processes one
 * wins. What stood there before has by then been moved to where it is searched; whoever finds it not moved, after a
 * crash, moves it. Readers look at both places, the journal first. [STO-10]
 */
import type { JournalName } from '@kith/schema/doc-name';
import type { EventId } from '@kith/schema/ids';
import { err, ok } from '@kith/schema/result';
import { type AppendResult, type IndexedEvent, type JournalRow, lastArrivalOf } from '../document-store.ts';
import { unpackRows } from '../packed-rows.ts';
import { assertNoHole, type EventRun, toBatches, toEventRuns } from '../row-batches.ts';
import { createTurns } from '../turns.ts';
import {
  type BatchDoc,
  ignoreDuplicates,
  type JournalDoc,
  type MongoDatabase,
  type NewestAppend,
  type RunDoc,
} from './mongo-database.ts';

/** A document of MongoDB holds 16 MiB; what is larger is appended in several turns. */
const APPEND_BYTES = 8 * 1024 * 1024;
/** Journals of which is remembered that all is moved. */
const MAX_REMEMBERED = 10_000;

const TAKEN = err({ type: 'arrival-taken' } as const);

export interface MongoJournals {
  append(rows: readonly JournalRow[]): Promise<AppendResult>;
  /** Resolves when nothing is being moved any more. */
  settled(): Promise<void>;
}

interface Move {
  readonly last: number;
  readonly done: Promise<void>;
}

export const createMongoJournals = ({ journals, batches, runs }: MongoDatabase): MongoJournals => {
  /** Of journals to which this process appended last, as far as it knows. */
  const moves = new Map<JournalName, Move>();
  const inTurn = createTurns<JournalName>();

  const move = async ({ batches: newBatches, runs: newRuns }: NewestAppend): Promise<void> => {
    await Promise.all([
      ...newBatches.map((batch) => ignoreDuplicates(batches.insertOne(batch))),
      ...newRuns.map((run) => ignoreDuplicates(runs.insertOne(run))),
    ]);
  };

  const startMoving = (journal: JournalName, last: number, newest: NewestAppend): void => {
    if (moves.size >= MAX_REMEMBERED) moves.clear();
    const done = move(newest);
    done.catch(() => moves.delete(journal)); // the next append reads what is to be moved, and tries again
    moves.set(journal, { last, done });
  };

  /** Where the journal ends, once all of it stands where it is searched. */
  const movedUpto = async (journal: JournalName, expected: number): Promise<number> => {
    const own = moves.get(journal);
    if (
      own?.last === expected &&
      (await own.done.then(
        () => true,
        () => false,
      ))
    )
      return expected;
    const found = await journals.findOne({ _id: journal });
    if (found !== null) await move(found.newest);
    return found?.last ?? 0;
  };

  const appendPart = async (journal: JournalName, rows: readonly JournalRow[]): Promise<AppendResult> => {
    const from = (rows[0]?.arrival ?? 1) - 1;
    assertNoHole(journal, from + 1, rows);
    const last = await movedUpto(journal, from);
    if (last > from) return TAKEN;
    assertNoHole(journal, last + 1, rows);
    const ids = rows.flatMap(({ events }) => events.map(({ eventId }) => eventId));
    const known = new Set(
      ids.length === 0 ? [] : (await runs.find({ journal, ids: { $in: ids } }).toArray()).flatMap((run) => run.ids),
    );
    const newest = toNewest(journal, rows, known);
    const end = lastArrivalOf(rows.at(-1) as JournalRow);
    const lastEvent = newest.runs.at(-1)?.last;
    const isFirst = from === 0;
    const isStored = isFirst
      ? await ignoreDuplicates(journals.insertOne({ _id: journal, last: end, lastEvent: lastEvent ?? 0, newest }))
      : await isChanged(
          journals.updateOne(
            { _id: journal, last: from },
            { $set: { last: end, newest, ...(lastEvent === undefined ? {} : { lastEvent }) } },
          ),
        );
    if (!isStored) return TAKEN;
    startMoving(journal, end, newest);
    return ok(undefined);
  };

  const append = async (journal: JournalName, rows: readonly JournalRow[]): Promise<AppendResult> => {
    for (const [i, part] of inParts(rows).entries()) {
      const result = await appendPart(journal, part);
      if (!result.ok && i === 0) return result;
      if (!result.ok) throw new Error(`${journal}: another process appended between the parts of an append`);
    }
    return ok(undefined);
  };

  return {
    append: async (rows) => {
      const [first] = rows;
      return first === undefined ? ok(undefined) : inTurn(first.journal, () => append(first.journal, rows));
    },
    settled: async () => {
      await Promise.allSettled([...moves.values()].map(({ done }) => done));
    },
  };
};

const isChanged = async (update: Promise<{ readonly matchedCount: number }>): Promise<boolean> =>
  (await update).matchedCount === 1;

const toNewest = (journal: JournalName, rows: readonly JournalRow[], known: ReadonlySet<EventId>): NewestAppend => {
  const runs = toEventRuns(rows, (eventId) => known.has(eventId)).map((run) => toRunDoc(journal, run));
  const batches = toBatches(rows).map((batch): BatchDoc => ({ _id: `${journal} ${batch.arrival}`, journal, ...batch }));
  return { batches, runs, ids: runs.flatMap(({ ids }) => ids) };
};

export const toRunDoc = (journal: JournalName, { arrival, segment, events }: EventRun): RunDoc => {
  const receivedAt = events[0]?.receivedAt ?? 0;
  const names = events.map(({ account, device }) => `${account} ${device}`);
  const firstOf = [...new Set(names)].map((name) => names.indexOf(name));
  return {
    ...{ _id: `${journal} ${arrival}`, journal, arrival, last: arrival + events.length - 1, segment, receivedAt },
    writers: firstOf.flatMap((i) => events.slice(i, i + 1).map(({ account, device }) => ({ account, device }))),
    by: names.map((name) => firstOf.indexOf(names.indexOf(name))),
    ids: events.map(({ eventId }) => eventId),
    later: events.map((event) => event.receivedAt - receivedAt),
  };
};

const inParts = (rows: readonly JournalRow[]): readonly (readonly JournalRow[])[] => {
  const parts: JournalRow[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    bytes += row.update.length;
    if (bytes > APPEND_BYTES) {
      parts.push([]);
      bytes = row.update.length;
    }
    parts.at(-1)?.push(row);
  }
  return parts;
};

/** What the journal itself holds may have been moved since it was read, so it may be in both. */
export const withNewest = <T extends { readonly _id: string }>(moved: readonly T[], newest: readonly T[]): T[] => {
  const ids = new Set(moved.map(({ _id }) => _id));
  return [...moved, ...newest.filter(({ _id }) => !ids.has(_id))];
};

export const newestOf = (journal: JournalDoc | null): NewestAppend =>
  journal?.newest ?? { batches: [], runs: [], ids: [] };

export const toRows = ({ journal, document, packed }: BatchDoc): JournalRow[] => unpackRows(journal, document, packed);

export const toIndexedEvents = ({ arrival, segment, writers, by, ids, receivedAt, later }: RunDoc): IndexedEvent[] =>
  ids.flatMap((eventId, i) => {
    const writer = writers[by[i] ?? 0];
    const event = { eventId, segment, arrival: arrival + i, receivedAt: receivedAt + (later[i] ?? 0) };
    return writer === undefined ? [] : [{ ...event, ...writer }];
  });
