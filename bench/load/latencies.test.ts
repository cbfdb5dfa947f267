import { expect, it } from 'vitest';
import { createLatencies } from './latencies.ts';

it('[BENCH-1] percentiles of what two processes counted are right within two per cent', () => {
  const [one, other] = [createLatencies(), createLatencies()];
  for (let ms = 1; ms <= 100; ms++) (ms % 2 === 0 ? one : other).record(ms);
  one.add(other.counts());
  for (const p of [0.01, 0.5, 0.99, 1]) expect(Math.abs(one.percentile(p) / (p * 100) - 1)).toBeLessThan(0.02);
  expect(createLatencies().percentile(0.5)).toBeNaN();
});
