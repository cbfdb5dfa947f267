/** Work that failed in the background is done again after a while: everything once more, ever more slowly. [ENG-13] */
import type { Timers } from '../engine-deps.ts';

export interface PutOff {
  /** Something could not be done. */
  note(): void;
  /** Everything was done. */
  done(): void;
  close(): void;
}

const FIRST_PAUSE_MS = 5_000;
const LAST_PAUSE_MS = 300_000;

export const createPutOff = (timers: Timers, again: () => void): PutOff => {
  let pauseMs = FIRST_PAUSE_MS;
  let cancel: (() => void) | null = null;
  const close = (): void => {
    cancel?.();
    cancel = null;
  };
  return {
    note: () => {
      cancel ??= timers.after(pauseMs, () => {
        cancel = null;
        pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS);
        again();
      });
    },
    done: () => {
      pauseMs = FIRST_PAUSE_MS;
    },
    close,
  };
};
