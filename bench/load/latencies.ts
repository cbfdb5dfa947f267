/** How long many things took, in buckets that are 2 % apart: millions of samples take no room, and processes can add theirs. */

export interface Latencies {
  record(ms: number): void;
  /** Adds what another counted. */
  add(counts: readonly number[]): void;
  counts(): readonly number[];
  /** `p` from 0 to 1; NaN of nothing. */
  percentile(p: number): number;
}

const STEP = Math.log(1.02);
const LEAST_MS = 0.01;

export const createLatencies = (): Latencies => {
  const counts: number[] = [];
  const add = (bucket: number, count: number): void => {
    while (counts.length <= bucket) counts.push(0);
    counts[bucket] = (counts[bucket] ?? 0) + count;
  };
  return {
    record: (ms) => add(Math.max(0, Math.round(Math.log(ms / LEAST_MS) / STEP)), 1),
    add: (more) => {
      for (const [bucket, count] of more.entries()) add(bucket, count);
    },
    counts: () => counts,
    percentile: (p) => {
      let left = p * counts.reduce((sum, count) => sum + count, 0);
      for (const [bucket, count] of counts.entries()) {
        left -= count;
        if (left <= 0 && count > 0) return LEAST_MS * Math.exp(bucket * STEP);
      }
      return Number.NaN;
    },
  };
};
