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

/** As long as the read took, within these bounds: most of a long one is waiting for writes. */
const REST_MS = { least: 40, most: 120 };
/** Writers wait for whoever reads long: ten times as long they need not. */
const PATIENT_REST_MS = { least: 1_000, most: 5_000 };

export const dexieWatch =
  (database: KithDatabase, onError: (error: unknown) => void): LocalStore['watch'] =>
  (read, listener, pace) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopListening = (): void => undefined;
    let isStopped = false;
    let restUntil = 0;
    let untold: { readonly value: Awaited<ReturnType<typeof read>> } | null = null;

    const tell = (): void => {
      const told = untold;
      untold = null;
      if (told !== null && !isStopped) listener(told.value);
    };
    const readNow = async (): Promise<void> => {
      const began = performance.now();
      try {
        untold = { value: await database.transaction('r', database.tables, read) };
      } finally {
        const ended = performance.now();
        restUntil =
          ended + (pace === 'patient' ? within(PATIENT_REST_MS, 10 * (ended - began)) : within(REST_MS, ended - began));
      }
    };
    const again = (): void => {
      stopListening();
      if (isStopped) return;
      setTimeout(tell); // out of the live query, in which a listener could not write
      timer = setTimeout(start, Math.max(0, restUntil - performance.now()));
    };
    const start = (): void => {
      stopListening();
      stopListening = onNextChange({ read: readNow, done: tell, changed: again, failed: onError });
    };
    start();
    return () => {
      isStopped = true;
      clearTimeout(timer);
      stopListening();
    };
  };

const within = ({ least, most }: typeof REST_MS, ms: number): number => Math.min(most, Math.max(least, ms));

interface OneRead {
  readonly read: () => Promise<void>;
  /** Called after it, unless something of what it read has changed meanwhile. */
  readonly done: () => void;
  /** Something of what it read has changed since; after a read that failed, anything has. */
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

/** Reads at once and listens until it is stopped. */
const onNextChange = ({ read, done, changed, failed }: OneRead): (() => void) => {
  let isFirst = true;
  const query = liveQuery(() => {
    if (!isFirst) return changed();
    isFirst = false;
    return read();
  });
  const subscription = query.subscribe({
    next: done,
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
