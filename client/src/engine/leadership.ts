/**
 * PORT. Of the engines that share a profile (the tabs of a browser, one process per profile folder) at most one leads:
 * it alone talks to the server. [LDR-1]
 *
 *   waiting ── lock granted ──▶ leading ── run settles, or close() ──▶ released
 */
export interface Leadership {
  /**
   * Waits for the lock, then runs `run` once. The lock is held until the promise settles. `signal` aborts when the lock
   * is to be given up: `run` ends soon after. Called once per instance; a rejection of `run` also releases.
   */
  whenLeader(run: (signal: AbortSignal) => Promise<void>): void;
  /** Stops waiting, or aborts `signal` and resolves when `run` has settled. Idempotent. */
  close(): Promise<void>;
}

/** For one engine alone on its store: leads at once. */
export const createSoleLeadership = (): Leadership => {
  const abort = new AbortController();
  let running: Promise<void> = Promise.resolve();
  return {
    whenLeader: (run) => {
      if (!abort.signal.aborted) running = run(abort.signal);
    },
    close: async () => {
      abort.abort();
      await running.catch(() => undefined); // whoever passed `run` sees to its errors; here only the end matters
    },
  };
};
