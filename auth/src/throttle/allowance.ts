/**
 * How much somebody may ask for: an allowance that fills up again at a steady pace, so that ordinary use never meets its
 * end and a flood does at once. Unlike the throttle it does not care what comes of a request. In memory and per process.
 */
import type { Clock } from '../clock.ts';

export interface AllowanceOptions {
  /** What may be taken at once. */
  readonly size: number;
  readonly perSecond: number;
}

export interface Allowance {
  /** Takes it and gives 0, or takes nothing and gives the milliseconds after which it may be had. */
  take(key: string, cost: number): number;
}

/** Above this many keys the one least recently used starts anew. */
const MAX_KEYS = 20_000;

export const createAllowance = (clock: Clock, { size, perSecond }: AllowanceOptions): Allowance => {
  const leftByKey = new Map<string, { readonly left: number; readonly at: number }>();
  return {
    take: (key, cost) => {
      const now = clock.now();
      const known = leftByKey.get(key) ?? { left: size, at: now };
      const left = Math.min(size, known.left + (Math.max(0, now - known.at) / 1_000) * perSecond);
      if (left < cost) return Math.ceil(((cost - left) / perSecond) * 1_000);
      leftByKey.delete(key);
      leftByKey.set(key, { left: left - cost, at: now });
      const [oldest] = leftByKey.keys();
      if (leftByKey.size > MAX_KEYS && oldest !== undefined) leftByKey.delete(oldest);
      return 0;
    },
  };
};
