/** Timers of the platform: Node and browsers alike. */
import type { Timers } from './engine-deps.ts';

export const createRealTimers = (): Timers => ({
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
});
