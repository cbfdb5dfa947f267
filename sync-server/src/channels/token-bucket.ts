/** A plain token bucket: `burst` at once, then `perSecond`. */
export interface TokenBucket {
  take(nowMs: number): boolean;
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
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
};
