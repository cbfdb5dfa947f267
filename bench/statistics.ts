/** Quantiles of small samples: the nearest rank, no interpolation. */

/** `p` from 0 to 1. NaN of no samples. */
export const percentile = (samples: readonly number[], p: number): number => {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
};

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);
