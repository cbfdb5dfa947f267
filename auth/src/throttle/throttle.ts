/**
 * Slows guessing down: after some free tries on a key each further one waits twice as long as the one before. A try is
 * counted before its outcome is known, so many at once gain nothing. In memory: a restart forgets.
 */
import type { Clock } from '../clock.ts';

export interface ThrottleOptions {
  readonly freeTries: number;
  readonly firstDelayMs: number;
  /** Bounds how long strangers can keep the owner of a key waiting. */
  readonly maxDelayMs: number;
  /** A key not tried for this long starts anew. */
  readonly forgetAfterMs: number;
}

export interface Throttle {
  /** Milliseconds to wait before the key may be tried; 0 when it may now. Counts nothing. */
  waitMs(key: string): number;
  count(key: string): void;
  /** Takes one try back: it was no guess. */
  giveBack(key: string): void;
  forget(key: string): void;
}

/** Above this many keys the one least recently tried is forgotten. */
const MAX_KEYS = 20_000;

export const createThrottle = (clock: Clock, options: ThrottleOptions): Throttle => {
  const triesByKey = new Map<string, { readonly tries: number; readonly lastAt: number }>();
  const read = (key: string) => {
    const entry = triesByKey.get(key);
    return entry !== undefined && clock.now() - entry.lastAt < options.forgetAfterMs ? entry : { tries: 0, lastAt: 0 };
  };
  return {
    waitMs: (key) => {
      const { tries, lastAt } = read(key);
      if (tries < options.freeTries) return 0;
      const delay = Math.min(options.maxDelayMs, options.firstDelayMs * 2 ** (tries - options.freeTries));
      return Math.max(0, lastAt + delay - clock.now());
    },
    count: (key) => {
      const { tries } = read(key);
      triesByKey.delete(key);
      triesByKey.set(key, { tries: tries + 1, lastAt: clock.now() });
      const [oldest] = triesByKey.keys();
      if (triesByKey.size > MAX_KEYS && oldest !== undefined) triesByKey.delete(oldest);
    },
    giveBack: (key) => {
      const entry = triesByKey.get(key);
      if (entry === undefined) return;
      if (entry.tries <= 1) triesByKey.delete(key);
      else triesByKey.set(key, { ...entry, tries: entry.tries - 1 });
    },
    forget: (key) => {
      triesByKey.delete(key);
    },
  };
};
