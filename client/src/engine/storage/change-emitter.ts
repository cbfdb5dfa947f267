/**
 * Watches for adapters without their own: every change re-runs every watched read, coalesced, one run at a time, so
 * results come in order. A read that fails is a broken store: its rejection is left unhandled on purpose. [LOC-19]
 */
export interface ChangeEmitter {
  /** Something may read differently from now on. */
  changed(): void;
  watch<T>(read: () => Promise<T>, listener: (value: T) => void): () => void;
  /** Ends every watch. */
  close(): void;
}

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
          const value = await read();
          if (watches.has(start)) listener(value);
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
