/** `Timers` that the test turns by hand: nothing happens between two calls of `advance`. */
import type { Timers } from '../timers.ts';

export interface ManualTimers extends Timers {
  /** Moves the clock on, running what falls due, in order. */
  advance(ms: number): void;
  now(): number;
  readonly pending: number;
}

interface Timer {
  dueMs: number;
  readonly intervalMs: number | null;
  readonly run: () => void;
}

export const createManualTimers = (startMs = 1_000_000): ManualTimers => {
  const timers = new Set<Timer>();
  let nowMs = startMs;

  const add = (timer: Timer): (() => void) => {
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  const nextDue = (endMs: number): Timer | undefined =>
    [...timers].filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];

  return {
    after: (delayMs, run) => add({ dueMs: nowMs + delayMs, intervalMs: null, run }),
    every: (intervalMs, run) => add({ dueMs: nowMs + intervalMs, intervalMs, run }),
    now: () => nowMs,
    advance: (ms) => {
      const endMs = nowMs + ms;
      for (let timer = nextDue(endMs); timer !== undefined; timer = nextDue(endMs)) {
        nowMs = Math.max(nowMs, timer.dueMs);
        if (timer.intervalMs === null) timers.delete(timer);
        else timer.dueMs += timer.intervalMs;
        timer.run();
      }
      nowMs = endMs;
    },
    get pending() {
      return timers.size;
    },
  };
};
