/** What waits to be stored in one journal, in order, and who waits for it. [JRN-1] */
import type { JournalEntry } from './journal.ts';

export type QueuedEntry = JournalEntry & { readonly receivedAt: number };

export interface AppendQueue {
  push(entry: QueuedEntry): void;
  /** The next entries, oldest first; they stay unsettled until `done`. */
  take(atMost: number): QueuedEntry[];
  done(entry: QueuedEntry): void;
  readonly isEmpty: boolean;
  /** Nothing waits and nothing is under way. */
  readonly isSettled: boolean;
  readonly backlogBytes: number;
  /** Resolves true once everything pushed before the call is done, false when `giveUp` comes first. */
  settled(): Promise<boolean>;
  /** Tells those who wait that it may take long. What is queued stays queued. */
  giveUp(): void;
}

interface Waiting {
  readonly upto: number;
  readonly resolve: (isDone: boolean) => void;
}

export const createAppendQueue = (): AppendQueue => {
  const entries: QueuedEntry[] = [];
  let pushed = 0;
  let done = 0;
  let backlogBytes = 0;
  let waiting: Waiting[] = [];

  const wake = (isDue: (one: Waiting) => boolean, isDone: boolean): void => {
    const due = waiting.filter(isDue);
    waiting = waiting.filter((one) => !isDue(one));
    for (const { resolve } of due) resolve(isDone);
  };

  return {
    push: (entry) => {
      pushed++;
      backlogBytes += entry.update.length;
      entries.push(entry);
    },
    take: (atMost) => entries.splice(0, atMost),
    done: (entry) => {
      done++;
      backlogBytes -= entry.update.length;
      if (waiting.length > 0) wake(({ upto }) => upto <= done, true);
    },
    get isEmpty() {
      return entries.length === 0;
    },
    get isSettled() {
      return done === pushed;
    },
    get backlogBytes() {
      return backlogBytes;
    },
    settled: () =>
      done === pushed
        ? Promise.resolve(true)
        : new Promise((resolve) => {
            waiting.push({ upto: pushed, resolve });
          }),
    giveUp: () => wake(() => true, false),
  };
};
