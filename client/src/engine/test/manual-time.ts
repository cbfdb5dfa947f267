/** A clock and timers that only the test moves. */
import type { Timers } from '../engine-deps.ts';

export interface ManualTime {
  readonly clock: { now(): number };
  readonly timers: Timers;
  /** Runs what falls due on the way, in order. */
  pass(ms: number): void;
}

interface Timer {
  at: number;
  readonly everyMs: number | null;
  readonly run: () => void;
}

export const createManualTime = (startMs = 1_000_000): ManualTime => {
  const waiting = new Set<Timer>();
  let nowMs = startMs;
  const add = (ms: number, everyMs: number | null, run: () => void): (() => void) => {
    const timer = { at: nowMs + ms, everyMs, run };
    waiting.add(timer);
    return () => waiting.delete(timer);
  };
  const nextDue = (untilMs: number): Timer | undefined =>
    [...waiting].filter(({ at }) => at <= untilMs).sort((a, b) => a.at - b.at)[0];
  return {
    clock: { now: () => nowMs },
    timers: { after: (ms, run) => add(ms, null, run), every: (ms, run) => add(ms, ms, run) },
    pass: (ms) => {
      const untilMs = nowMs + ms;
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        nowMs = timer.at;
        if (timer.everyMs === null) waiting.delete(timer);
        else timer.at += timer.everyMs;
        timer.run();
      }
      nowMs = untilMs;
    },
  };
};
