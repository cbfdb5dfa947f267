/** Random histories. `FUZZ_ROUNDS` raises the number of rounds, `FUZZ_SEED` starts elsewhere; failures name both. */
import { expect, test } from 'vitest';
import { fuzzInspection } from './test/differential-fuzz.ts';
import { fuzzAccount, fuzzSegment } from './test/policy-fuzz.ts';

const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 50);
const FIRST_SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const TIMEOUT_MS = 60_000 + ROUNDS * 2_000;

interface Counts {
  readonly honest: number;
  readonly forged: number;
  readonly accepted: number;
}

/** One seed per round, so that a failure names the one round it takes to bring it back. */
const run = (fuzz: (seed: number, rounds: number) => Counts): Counts => {
  const total = { honest: 0, forged: 0, accepted: 0 };
  for (let seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
    try {
      const counts = fuzz(seed, 1);
      for (const name of ['honest', 'forged', 'accepted'] as const) total[name] += counts[name];
    } catch (error) {
      throw new Error(`FUZZ_SEED=${seed} FUZZ_ROUNDS=1 brings this back`, { cause: error });
    }
  }
  return total;
};

test('[GRD-9] what the inspection lets through changes exactly what it announced', { timeout: TIMEOUT_MS }, () => {
  const { honest, forged, accepted } = run(fuzzInspection);
  expect(honest).toBe(12 * ROUNDS);
  expect(forged).toBe(72 * ROUNDS);
  expect(accepted).toBeGreaterThan(forged / 20);
});

test('[GRD-9] a segment under attack keeps every log, and all replicas converge', { timeout: TIMEOUT_MS }, () => {
  const { honest, forged, accepted } = run(fuzzSegment);
  expect(honest).toBeGreaterThan(10 * ROUNDS);
  expect(accepted).toBeGreaterThan(forged / 20);
});

test('[GRD-9] an account document with a hostile device of its own converges', { timeout: TIMEOUT_MS }, () => {
  const { honest, forged, accepted } = run(fuzzAccount);
  expect(honest).toBeGreaterThan(10 * ROUNDS);
  expect(accepted).toBeGreaterThan(forged / 20);
});
