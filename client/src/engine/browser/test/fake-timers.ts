/** Time that passes when the test says so. */
import type { WorkerTimers } from '../worker-life.ts';

export interface FakeTimers extends WorkerTimers {
  /** Runs what is due within `ms` from now, in order. */
  pass(ms: number): void;
}

export const createFakeTimers = (): FakeTimers => {
  let now = 0;
  let next = 1;
  const due = new Map<number, { readonly at: number; readonly run: () => void }>();
  return {
    setTimeout: (run, ms) => {
      due.set(next, { at: now + ms, run });
      return next++;
    },
    clearTimeout: (timer) => void due.delete(timer as number),
    pass: (ms) => {
      now += ms;
      for (const [timer, { at, run }] of [...due].sort(([, a], [, b]) => a.at - b.at)) {
        if (at <= now && due.delete(timer)) run();
      }
    },
  };
};
