/** Documents that nobody uses any more: kept a while, should they be wanted again; the longest unused ends first. [REP-3] */
import type { Timers } from '../engine-deps.ts';

export interface Lingering {
  add(name: string): void;
  /** It is used again, or ended otherwise. */
  remove(name: string): void;
  endAll(): void;
}

const LINGER_MS = 30_000;
const MOST = 100;

export const createLingering = (timers: Timers, end: (name: string) => void): Lingering => {
  /** In the order in which they were left. */
  const cancelByName = new Map<string, () => void>();
  const remove = (name: string): void => {
    cancelByName.get(name)?.();
    cancelByName.delete(name);
  };
  const endNow = (name: string): void => {
    remove(name);
    end(name);
  };
  return {
    remove,
    add: (name) => {
      cancelByName.set(
        name,
        timers.after(LINGER_MS, () => endNow(name)),
      );
      const [longest] = cancelByName.keys();
      if (longest !== undefined && cancelByName.size > MOST) endNow(longest);
    },
    endAll: () => {
      for (const name of [...cancelByName.keys()]) endNow(name);
    },
  };
};
