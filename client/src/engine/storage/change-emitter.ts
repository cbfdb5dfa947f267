/**
 * Watches for adapters without their own: every change re-runs every watched read, coalesced, one run at a time, so
 * results come in order; a read that takes long leaves the thread to others for as long before the next. A read that fails is a broken store: its rejection is left unhandled on purpose. [LOC-19]
 */
export interface ChangeEmitter {
  /** Something may read differently from now on. */
  changed(): void;
  watch<T>(read: () => Promise<T>, listener: (value: T) => void): () => void;
  /** Ends every watch. */
  close(): void;
}

const LONG_MS = 2;
const MOST_REST_MS = 120;

export const createChangeEmitter = (): ChangeEmitter => {
  const watches = new Set<() => void>();
  return {
    changed: () => {
      for (const run of watches) run();
    },
    watch: (read, listener) => {
      let running = false;
      let again = false;
      const run = async (): Promise<void> => {
        again = true;
        if (running) return;
        running = true;
        while (again && watches.has(start)) {
          again = false;
          const began = performance.now();
          const value = await read();
          if (watches.has(start)) listener(value);
          const took = performance.now() - began;
          if (took > LONG_MS) await new Promise((resolve) => setTimeout(resolve, Math.min(took, MOST_REST_MS)));
        }
        running = false;
      };
      const start = (): void => void run();
      watches.add(start);
      start();
      return () => {
        watches.delete(start);
      };
    },
    close: () => watches.clear(),
  };
};
