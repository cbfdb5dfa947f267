/**
 * Knows where one journal ends, appends to it, and takes in what other processes appended: in order, each row once, and
 * none left out. [JRN-4]
 */
import type { JournalName } from '@kith/schema/doc-name';
import { type JournalPosition, type JournalRow, lastArrivalOf } from '../storage/document-store.ts';
import type { AppendQueue, QueuedEntry } from './append-queue.ts';
import type { JournalDeps } from './journal.ts';

export interface JournalWriter {
  position(): Promise<JournalPosition>;
  /** Tries once; takes out of `batch` what is stored, also when the rest must be tried again. */
  write(batch: QueuedEntry[]): Promise<void>;
  /** Of another process: false, with nothing done, unless it is known to be the next or to be taken in already. */
  takeNext(row: JournalRow): boolean;
  /** Reads and takes in what stands behind the end as it is known. Not while a write is tried. */
  catchUp(): Promise<void>;
}

type Deps = Pick<JournalDeps, 'store' | 'log' | 'onAppended' | 'onForeignRow' | 'onForeignFold'>;

export const createJournalWriter = (name: JournalName, deps: Deps, queue: AppendQueue): JournalWriter => {
  const { store, log } = deps;
  let known: JournalPosition | null = null;

  const position = async (): Promise<JournalPosition> => {
    const read = known ?? (await store.position(name));
    known ??= read;
    return known;
  };

  const pass = (row: JournalRow): void => {
    const lastArrival = lastArrivalOf(row);
    const lastEventArrival = row.events.length > 0 ? lastArrival : (known?.lastEventArrival ?? 0);
    known = { incarnation: row.incarnation, lastArrival, lastEventArrival };
  };

  const deliver = (entry: QueuedEntry, row: JournalRow): void => {
    try {
      entry.onStored(row);
    } catch (cause) {
      log.error('a stored row could not be announced', { journal: name, cause }); // durable all the same
    }
    queue.done(entry);
  };

  /** Folded away before we had read it: the documents are read again, whole. */
  const readAgain = async (): Promise<void> => {
    known = await store.position(name);
    await deps.onForeignFold(name);
  };

  /** What stands behind the known end. A row equal to the first of `batch` is ours, stored by a try that seemed lost. */
  const takeInAll = async (batch: QueuedEntry[]): Promise<void> => {
    const { lastArrival } = await position();
    const rows = await store.rowsFrom(name, lastArrival + 1);
    for (const row of rows) {
      if (row.arrival !== (known?.lastArrival ?? 0) + 1) return readAgain();
      pass(row);
      const [own] = batch;
      if (own !== undefined && isSameRow(own, row)) {
        batch.shift();
        deliver(own, row);
      } else deps.onForeignRow(row);
    }
    if (rows.length === 0) await readAgain();
  };

  return {
    position,
    write: async (batch) => {
      const at = await position();
      const rows = toRows(name, batch, at);
      const result = await store.append(rows);
      if (!result.ok) return takeInAll(batch);
      for (const row of rows) {
        pass(row);
        const own = batch.shift();
        if (own !== undefined) deliver(own, row);
      }
      deps.onAppended(rows);
    },
    takeNext: (row) => {
      if (known === null) return false;
      if (row.arrival > known.lastArrival + 1) return false;
      if (row.arrival <= known.lastArrival) return true;
      pass(row);
      deps.onForeignRow(row);
      return true;
    },
    catchUp: async () => {
      const { lastArrival } = await position();
      if ((await store.position(name)).lastArrival > lastArrival) await takeInAll([]);
    },
  };
};

const toRows = (journal: JournalName, batch: readonly QueuedEntry[], at: JournalPosition): JournalRow[] => {
  let arrival = at.lastArrival + 1;
  return batch.map(({ document, update, events, bindings, receivedAt }) => {
    const row = { journal, arrival, document, update, events, bindings, receivedAt, incarnation: at.incarnation };
    arrival = lastArrivalOf(row) + 1;
    return row;
  });
};

const isSameRow = (a: QueuedEntry, b: JournalRow): boolean =>
  a.document === b.document && a.update.length === b.update.length && a.update.every((byte, i) => byte === b.update[i]);
