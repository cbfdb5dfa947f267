/** Tabs of one browser in one process: a lock and a channel that they share. */
import type { Leadership } from '../leadership.ts';
import type { TabChannel, TabMessage } from '../tab-channel.ts';

export interface Browser {
  leadership(): Leadership;
  channel(): TabChannel;
}

export const createBrowser = (): Browser => {
  let lock: Promise<void> = Promise.resolve();
  const channels = new Map<object, Set<(message: TabMessage) => void>>();
  return {
    leadership: () => {
      const abort = new AbortController();
      let running: Promise<void> = Promise.resolve();
      return {
        whenLeader: (run) => {
          lock = lock.then(() => {
            if (abort.signal.aborted) return;
            running = run(abort.signal);
            return running;
          });
        },
        close: async () => {
          abort.abort();
          await running;
        },
      };
    },
    channel: () => {
      const own = {};
      const listeners = new Set<(message: TabMessage) => void>();
      channels.set(own, listeners);
      return {
        post: (message) => {
          for (const [from, others] of channels) {
            if (from !== own) for (const listen of others) queueMicrotask(() => listen(structuredClone(message)));
          }
        },
        subscribe: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        close: () => channels.delete(own),
      };
    },
  };
};
