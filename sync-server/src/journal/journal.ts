/**
 * One journal's appends: in order, and fail-stop. While an append fails nothing later is acknowledged; it is tried
 * again, ever more slowly, until it is stored or the server closes. [JRN-1] [JRN-2] [JRN-3] [JRN-4]
 *
 *            append                stored
 *   idle ───────────────▶ writing ───────▶ idle
 *                         │     ▲
 *                 rejects ▼     │ after a while
 *                         failing
 */
import type { JournalName } from '@kith/schema/doc-name';
import type { Log } from '../log.ts';
import {
  type ClientBinding,
  type DocumentStore,
  type JournalPosition,
  type JournalRow,
  lastArrivalOf,
  type StoredEvent,
} from '../storage/document-store.ts';
import type { Timers } from '../timers.ts';
import { type AppendQueue, createAppendQueue, type QueuedEntry } from './append-queue.ts';

export interface JournalEntry {
  readonly document: string;
  readonly update: Uint8Array;
  readonly events: readonly StoredEvent[];
  readonly bindings: readonly ClientBinding[];
  /** Called once the row is durable. */
  readonly onStored: (row: JournalRow) => void;
}

export type JournalState = 'ok' | 'failing';

export interface Journal {
  append(entry: JournalEntry): void;
  readonly state: JournalState;
  /** Bytes waiting to be stored. */
  readonly backlogBytes: number;
  readonly isSettled: boolean;
  /** Waits for what was appended before the call: true once it is durable, false while the journal is failing. */
  settled(): Promise<boolean>;
  position(): Promise<JournalPosition>;
}

export interface JournalDeps {
  readonly store: DocumentStore;
  readonly clock: { now(): number };
  readonly timers: Timers;
  readonly log: Log;
  readonly onState: (name: JournalName, state: JournalState) => void;
  /** Another process appended this row. */
  readonly onForeignRow: (row: JournalRow) => void;
  /** Another process appended rows that are folded away already: documents must be read again. */
  readonly onForeignFold: (name: JournalName) => Promise<void>;
  /** True once the server is closing: no more retries. */
  readonly isClosed: () => boolean;
}

const BATCH_ROWS = 200;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

export const createJournal = (name: JournalName, deps: JournalDeps): Journal => {
  const { clock, timers, log } = deps;
  const queue = createAppendQueue();
  const writer = createWriter(name, deps, queue);
  let state: JournalState = 'ok';
  let isPumping = false;

  const setState = (next: JournalState): void => {
    if (state === next) return;
    state = next;
    if (next === 'failing') queue.giveUp();
    deps.onState(name, next);
  };

  const storeBatch = async (batch: QueuedEntry[]): Promise<void> => {
    let retryMs = FIRST_RETRY_MS;
    while (batch.length > 0 && !deps.isClosed()) {
      try {
        await writer.write(batch);
        setState('ok');
      } catch (cause) {
        log.error('a journal cannot be written', { journal: name, cause, retryMs });
        setState('failing');
        await new Promise<void>((resolve) => void timers.after(retryMs, resolve));
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    }
  };

  const pump = async (): Promise<void> => {
    isPumping = true;
    while (!queue.isEmpty && !deps.isClosed()) await storeBatch(queue.take(BATCH_ROWS));
    isPumping = false;
  };

  return {
    append: (entry) => {
      queue.push({ ...entry, receivedAt: clock.now() });
      if (!isPumping) void pump();
    },
    get state() {
      return state;
    },
    get backlogBytes() {
      return queue.backlogBytes;
    },
    get isSettled() {
      return queue.isSettled;
    },
    settled: () => (state === 'failing' && !queue.isSettled ? Promise.resolve(false) : queue.settled()),
    position: writer.position,
  };
};

interface Writer {
  position(): Promise<JournalPosition>;
  /** Tries once; takes out of `batch` what is stored, also when the rest must be tried again. */
  write(batch: QueuedEntry[]): Promise<void>;
}

/** Knows where the journal ends, and what to do when somebody else was there first. */
const createWriter = (name: JournalName, deps: JournalDeps, queue: AppendQueue): Writer => {
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

  /** The arrival was taken: take in what stands there. A row equal to ours is ours, stored by a try that seemed lost. */
  const yieldTo = async (batch: QueuedEntry[], next: number): Promise<void> => {
    const winners = await store.rowsFrom(name, next);
    if (winners[0]?.arrival !== next) {
      known = await store.position(name);
      return deps.onForeignFold(name);
    }
    for (const winner of winners) {
      pass(winner);
      const [own] = batch;
      if (own !== undefined && isSameRow(own, winner)) {
        batch.shift();
        deliver(own, winner);
      } else deps.onForeignRow(winner);
    }
  };

  return {
    position,
    write: async (batch) => {
      const at = await position();
      const rows = toRows(name, batch, at);
      const result = await store.append(rows);
      if (!result.ok) return yieldTo(batch, at.lastArrival + 1);
      for (const row of rows) {
        pass(row);
        const own = batch.shift();
        if (own !== undefined) deliver(own, row);
      }
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
