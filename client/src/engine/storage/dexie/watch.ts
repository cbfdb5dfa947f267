/**
 * Watches on Dexie. Its live queries tell that something changed of what was read, and nothing more: left alone they
 * drop a read that a change overtakes, and under steady writes none would ever be told. Here a read that began is told,
 * and the next begins after a pause that leaves the thread to others. [LOC-19]
 *
 *   reading ── read ──▶ resting ── something changed, and the pause is over ──▶ reading
 */
import { Dexie, liveQuery } from 'dexie';
import type { KithDatabase } from '../dexie-database.ts';
import type { LocalStore } from '../local-store.ts';

/** After a read that took t ms the next one begins t × REST later, and not before PAUSE_MS. */
const REST = 3;
const PAUSE_MS = 40;

export const dexieWatch =
  (database: KithDatabase, onError: (error: unknown) => void): LocalStore['watch'] =>
  (read, listener) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopListening = (): void => undefined;
    let isStopped = false;
    let restUntil = 0;

    const start = (): void => {
      stopListening();
      stopListening = onNextChange(
        async () => {
          const began = performance.now();
          try {
            const value = await database.transaction('r', database.tables, read);
            if (!isStopped) listener(value);
          } finally {
            const ended = performance.now();
            restUntil = ended + Math.max(PAUSE_MS, (ended - began) * REST);
          }
        },
        () => {
          stopListening();
          if (!isStopped) timer = setTimeout(start, Math.max(0, restUntil - performance.now()));
        },
        onError,
      );
    };
    start();
    return () => {
      isStopped = true;
      clearTimeout(timer);
      stopListening();
    };
  };

/**
 * Runs `read` at once and calls `changed` when something of what it read has changed since; after a read that failed,
 * when anything has. Returns a stop.
 */
const onNextChange = (
  read: () => Promise<void>,
  changed: () => void,
  failed: (error: unknown) => void,
): (() => void) => {
  let isFirst = true;
  const query = liveQuery(() => {
    if (!isFirst) return changed();
    isFirst = false;
    return read();
  });
  const subscription = query.subscribe({
    error: (error: unknown) => {
      Dexie.on.storagemutated.subscribe(changed);
      failed(error);
    },
  });
  return () => {
    subscription.unsubscribe();
    Dexie.on.storagemutated.unsubscribe(changed);
  };
};
