/**
 * One journal's queue of appends: in order, and fail-stop. While an append fails nothing later is acknowledged; it is
 * tried again, ever more slowly, until it is stored or the server closes. [JRN-1] [JRN-2] [JRN-3]
 *
 *            append                stored
 *   idle ───────────────▶ writing ───────▶ idle
 *                         │     ▲
 *                 rejects ▼     │ after a while
 *                         failing
 */
import type { JournalName } from '@kith/schema/doc-name';
import type { Log } from '../log.ts';
import type {
  ClientBinding,
  DocumentStore,
  JournalPosition,
  JournalRow,
  StoredEvent,
} from '../storage/document-store.ts';
import { lastArrivalOf } from '../storage/document-store.ts';
import type { Timers } from '../timers.ts';

export interface JournalEntry {
  readonly document: string;
  readonly update: Uint8Array;
  readonly events: readonly StoredEvent[];
  readonly bindings: readonly ClientBinding[];
  /** Called once the row is durable. Must not throw. */
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

type Queued = JournalEntry & { readonly receivedAt: number };

const BATCH_ROWS = 200;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

export const createJournal = (name: JournalName, deps: JournalDeps): Journal => {
  const { store, clock, timers, log } = deps;
  const queue: Queued[] = [];
  let state: JournalState = 'ok';
  let position: JournalPosition | null = null;
  let isPumping = false;
  let backlogBytes = 0;
  let appended = 0;
  let stored = 0;
  let waiting: { readonly upto: number; readonly resolve: (durable: boolean) => void }[] = [];

  const setState = (next: JournalState): void => {
    if (state === next) return;
    state = next;
    if (next === 'failing') wake(() => true, false);
    deps.onState(name, next);
  };

  const wake = (isDue: (upto: number) => boolean, durable: boolean): void => {
    const due = waiting.filter(({ upto }) => isDue(upto));
    waiting = waiting.filter(({ upto }) => !isDue(upto));
    for (const { resolve } of due) resolve(durable);
  };

  const getPosition = async (): Promise<JournalPosition> => {
    const read = position ?? (await store.position(name));
    position ??= read;
    return position;
  };

  const passRow = (at: JournalPosition, row: JournalRow): JournalPosition => {
    const lastArrival = lastArrivalOf(row);
    const lastEventArrival = row.events.length > 0 ? lastArrival : at.lastEventArrival;
    position = { ...at, lastArrival, lastEventArrival };
    return position;
  };

  const deliver = (entry: Queued, row: JournalRow): void => {
    stored++;
    backlogBytes -= entry.update.length;
    try {
      entry.onStored(row);
    } catch (cause) {
      log.error('a stored row could not be announced', { journal: name, cause }); // durable all the same
    }
  };

  /** The arrival was taken: take in what stands there. A row equal to ours is ours, stored by a try that seemed lost. */
  const yieldTo = async (batch: Queued[], at: JournalPosition): Promise<void> => {
    const winners = await store.rowsFrom(name, at.lastArrival + 1);
    if (winners[0]?.arrival !== at.lastArrival + 1) {
      position = await store.position(name);
      await deps.onForeignFold(name);
      return;
    }
    let current = at;
    for (const winner of winners) {
      current = passRow(current, winner);
      const [own] = batch;
      if (own !== undefined && isSameRow(own, winner)) {
        batch.shift();
        deliver(own, winner);
      } else deps.onForeignRow(winner);
    }
  };

  const tryToStore = async (batch: Queued[]): Promise<void> => {
    const at = await getPosition();
    const rows = toRows(name, batch, at);
    const result = await store.append(rows);
    if (!result.ok) return yieldTo(batch, at);
    let current = at;
    for (const row of rows) {
      current = passRow(current, row);
      const own = batch.shift();
      if (own !== undefined) deliver(own, row);
    }
  };

  const storeBatch = async (batch: Queued[]): Promise<void> => {
    let retryMs = FIRST_RETRY_MS;
    while (batch.length > 0 && !deps.isClosed()) {
      try {
        await tryToStore(batch);
        setState('ok');
        retryMs = FIRST_RETRY_MS;
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
    while (queue.length > 0 && !deps.isClosed()) {
      await storeBatch(queue.splice(0, BATCH_ROWS));
      wake((upto) => upto <= stored, true);
    }
    isPumping = false;
  };

  return {
    append: (entry) => {
      appended++;
      backlogBytes += entry.update.length;
      queue.push({ ...entry, receivedAt: clock.now() });
      if (!isPumping) void pump();
    },
    get state() {
      return state;
    },
    get backlogBytes() {
      return backlogBytes;
    },
    get isSettled() {
      return stored === appended;
    },
    settled: () => {
      if (stored === appended) return Promise.resolve(true);
      if (state === 'failing' || deps.isClosed()) return Promise.resolve(false);
      return new Promise((resolve) => waiting.push({ upto: appended, resolve }));
    },
    position: getPosition,
  };
};

const toRows = (journal: JournalName, batch: readonly Queued[], at: JournalPosition): JournalRow[] => {
  let arrival = at.lastArrival + 1;
  return batch.map(({ document, update, events, bindings, receivedAt }) => {
    const row = { journal, arrival, document, update, events, bindings, receivedAt, incarnation: at.incarnation };
    arrival = lastArrivalOf(row) + 1;
    return row;
  });
};

const isSameRow = (a: Queued, b: JournalRow): boolean =>
  a.document === b.document && a.update.length === b.update.length && a.update.every((byte, i) => byte === b.update[i]);
