/**
 * One journal's appends: in order, and fail-stop. While an append fails nothing later is acknowledged; it is tried
 * again, ever more slowly, until it is stored or the server closes. What cannot be read could not be written either: that
 * is failing too. [JRN-1] [JRN-2] [JRN-3] [JRN-4]
 *
 *            append                stored
 *   idle ───────────────▶ writing ───────▶ idle
 *    │ ▲                  │     ▲
 *    │ │          rejects ▼     │ after a while
 *    │ └─── read ──────── failing
 *    └─ cannot be read ──────▲
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
import type { Timers } from '../timers.ts';
import { createAppendQueue, type QueuedEntry } from './append-queue.ts';
import { createJournalWriter } from './journal-writer.ts';

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
  /** What another process says it has appended: taken in at once if it is the next, else read from the store. */
  hear(row: JournalRow): void;
  /** Reads what other processes have appended that nobody told of; also when there is doubt whether the store answers. */
  catchUp(): void;
}

export interface JournalDeps {
  readonly store: DocumentStore;
  readonly clock: { now(): number };
  readonly timers: Timers;
  readonly log: Log;
  readonly onState: (name: JournalName, state: JournalState) => void;
  /** Rows of ours are durable: others may be told. */
  readonly onAppended: (rows: readonly JournalRow[]) => void;
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
const READ_AGAIN_MS = 1_000;

export const createJournal = (name: JournalName, deps: JournalDeps): Journal => {
  const { clock, timers, log } = deps;
  const queue = createAppendQueue();
  const writer = createJournalWriter(name, deps, queue);
  let state: JournalState = 'ok';
  let isPumping = false;
  /** Of other processes: taken in between our own writes, of which a try may have been stored without our knowing. */
  let heard: JournalRow[] = [];
  /** Something was appended elsewhere that nobody told of. */
  let isBehind = false;

  const setState = (next: JournalState): void => {
    if (state === next) return;
    state = next;
    if (next === 'failing') queue.giveUp();
    deps.onState(name, next);
  };

  const takeInHeard = (): void => {
    for (const row of heard) if (!isBehind) isBehind = !writer.takeNext(row);
    heard = [];
  };

  const catchUp = async (): Promise<void> => {
    isBehind = false;
    try {
      await writer.catchUp();
      setState('ok');
    } catch (cause) {
      log.warn('what others appended cannot be read; it is tried again', { journal: name, cause });
      setState('failing');
      catchUpLater();
    }
  };

  const startCatchUp = (): void => {
    isBehind = true;
    void pump();
  };
  const catchUpLater = createLater(timers, READ_AGAIN_MS, startCatchUp);

  const pump = async (): Promise<void> => {
    if (isPumping) return;
    isPumping = true;
    for (;;) {
      takeInHeard();
      if (deps.isClosed()) break;
      if (isBehind) await catchUp();
      else if (!queue.isEmpty)
        await storeBatch({ ...deps, name, write: writer.write, setState }, queue.take(BATCH_ROWS));
      else break;
    }
    isPumping = false;
  };

  return {
    append: (entry) => {
      queue.push({ ...entry, receivedAt: clock.now() });
      void pump();
    },
    hear: (row) => {
      heard.push(row);
      void pump();
    },
    catchUp: startCatchUp,
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

interface Storing extends Pick<JournalDeps, 'timers' | 'log' | 'isClosed'> {
  readonly name: JournalName;
  readonly write: (batch: QueuedEntry[]) => Promise<void>;
  readonly setState: (state: JournalState) => void;
}

/** Until all of it is stored, or the server closes. */
const storeBatch = async (to: Storing, batch: QueuedEntry[]): Promise<void> => {
  let retryMs = FIRST_RETRY_MS;
  while (batch.length > 0 && !to.isClosed()) {
    try {
      await to.write(batch);
      to.setState('ok');
    } catch (cause) {
      to.log.error('a journal cannot be written', { journal: to.name, cause, retryMs });
      to.setState('failing');
      await new Promise<void>((resolve) => void to.timers.after(retryMs, resolve));
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    }
  }
};

/** After so long, once, however often it is asked meanwhile. */
const createLater = (timers: Timers, ms: number, run: () => void): (() => void) => {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    timers.after(ms, () => {
      isWaiting = false;
      run();
    });
  };
};
