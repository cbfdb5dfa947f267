/**
 * How much of something one may use: a burst within each hour, and when that is gone a steady amount within each ten
 * seconds. Windows are counted by rate-limiter-flexible, where the composition root says: in memory, or for several
 * processes in a store that they share. What was refused stays counted in its window, so insisting gains nothing. [LIM-1]
 */
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export interface Rate {
  /** Within `BURST_SECONDS`. */
  readonly burst: number;
  /** Within `STEADY_SECONDS`, beyond the burst. */
  readonly steady: number;
}

export const BURST_SECONDS = 3_600;
export const STEADY_SECONDS = 10;

export interface Use {
  readonly isAllowed: boolean;
  /** As much may be used right afterwards. */
  readonly room: number;
  /** When the steady amount may be had; 0 while the burst lasts. */
  readonly moreAfterMs: number;
  /** When as much may be had as was asked for: where it is more than the steady amount, with the next burst. */
  readonly retryAfterMs: number;
}

export interface Limiter {
  /** @throws Error when the store of the counts does not answer */
  take(key: string, points: number): Promise<Use>;
}

/** `duration` in seconds, as the library has it. */
export type CreateWindow = (options: {
  readonly keyPrefix: string;
  readonly points: number;
  readonly duration: number;
}) => RateLimiterAbstract;

export const createMemoryWindow: CreateWindow = (options) => new RateLimiterMemory(options);

export const createLimiter = (createWindow: CreateWindow, name: string, { burst, steady }: Rate): Limiter => {
  const bursts = createWindow({ keyPrefix: `${name}-burst`, points: burst, duration: BURST_SECONDS });
  const steadies = createWindow({ keyPrefix: `${name}-steady`, points: steady, duration: STEADY_SECONDS });
  return {
    take: async (key, points) => {
      const ofBurst = await consume(bursts, key, points);
      if (ofBurst.isAllowed) {
        return {
          isAllowed: true,
          room: Math.max(ofBurst.count.remainingPoints, steady),
          moreAfterMs: 0,
          retryAfterMs: 0,
        };
      }
      const { isAllowed, count } = await consume(steadies, key, points);
      const { msBeforeNext: moreAfterMs } = count;
      const retryAfterMs = points > steady ? ofBurst.count.msBeforeNext : moreAfterMs;
      return { isAllowed, room: count.remainingPoints, moreAfterMs, retryAfterMs };
    },
  };
};

const consume = async (
  window: RateLimiterAbstract,
  key: string,
  points: number,
): Promise<{ readonly isAllowed: boolean; readonly count: RateLimiterRes }> => {
  try {
    return { isAllowed: true, count: await window.consume(key, points) };
  } catch (cause) {
    if (cause instanceof RateLimiterRes) return { isAllowed: false, count: cause };
    throw cause;
  }
};
