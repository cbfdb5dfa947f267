/** PORT and adapter. The only clockwork of the sync server; tests pass their own and turn it by hand. */
export interface Timers {
  /** Calls once, not before `delayMs`. Returns a cancel. */
  after(delayMs: number, run: () => void): () => void;
  every(intervalMs: number, run: () => void): () => void;
}

export const createTimers = (): Timers => ({
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  every: (intervalMs, run) => {
    const timer = setInterval(run, intervalMs);
    return () => clearInterval(timer);
  },
});
