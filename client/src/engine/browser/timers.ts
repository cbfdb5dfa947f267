/** `Timers` on the global clock. */
import type { Timers } from '../engine-deps.ts';

export const createTimers = (): Timers => ({
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
});
