/** Lets a bounded number of documents be opened at a time, in order of asking. [CON-5] */
import { LIMITS } from '@kith/schema/limits';

export interface AttachLimit {
  /** Resolves with a release when it is one's turn; the release is idempotent. */
  turn(): Promise<() => void>;
}

export const createAttachLimit = (most: number = LIMITS.attachesInFlight): AttachLimit => {
  let free = most;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  return {
    turn: async () => {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      let isReleased = false;
      return () => {
        if (!isReleased) release();
        isReleased = true;
      };
    },
  };
};
