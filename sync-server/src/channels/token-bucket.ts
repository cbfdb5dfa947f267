/** A plain token bucket: `burst` at once, then `perSecond`. */
export interface TokenBucket {
  /** Takes one and gives 0, or gives the milliseconds after which there is one. */
  take(nowMs: number): number;
}

export const createTokenBucket = ({
  perSecond,
  burst,
}: {
  readonly perSecond: number;
  readonly burst: number;
}): TokenBucket => {
  let tokens = burst;
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    take: (nowMs) => {
      tokens = Math.min(burst, tokens + (Math.max(0, nowMs - lastMs) / 1_000) * perSecond);
      lastMs = nowMs;
      if (tokens < 1) return Math.ceil(((1 - tokens) / perSecond) * 1_000);
      tokens--;
      return 0;
    },
  };
};
