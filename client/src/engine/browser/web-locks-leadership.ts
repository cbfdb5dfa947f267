/**
 * ADAPTER of `Leadership` on Web Locks: the browser gives the lock to one context of the origin, and frees it when that
 * tab or its worker ends, however it ends. [BRW-7]
 */
import type { Leadership } from '../leadership.ts';

export interface WebLocksLeadershipDeps {
  readonly locks: LockManager;
  /** The same for all tabs of a profile. */
  readonly name: string;
}

export const createWebLocksLeadership = ({ locks, name }: WebLocksLeadershipDeps): Leadership => {
  const stopWaiting = new AbortController();
  const stopLeading = new AbortController();
  let ended: Promise<unknown> = Promise.resolve();
  return {
    whenLeader: (run) => {
      if (stopWaiting.signal.aborted) return;
      ended = locks.request(name, { signal: stopWaiting.signal }, () => run(stopLeading.signal)).catch(() => undefined); // the wait was given up, or `run` failed: whoever passed it sees to that
    },
    close: async () => {
      stopWaiting.abort();
      stopLeading.abort();
      await ended;
    },
  };
};
