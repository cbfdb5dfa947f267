/** As in `guard-fuzz.test.ts`: `FUZZ_ROUNDS` and `FUZZ_SEED`; a failure names its seed. */
import { expect, test } from 'vitest';
import { runHonestHistory } from './test/honest-step2.ts';

const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 150);
const FIRST_SEED = Number(process.env['FUZZ_SEED'] ?? 1);

test('[GRD-19] [GRD-12] whatever a redaction, a lag or a restore explains is no reason to refuse an honest step 2', () => {
  const total = { sent: 0, foreign: 0, taken: 0, refused: 0 };
  for (let seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
    try {
      const counts = runHonestHistory(seed);
      for (const name of ['sent', 'foreign', 'taken', 'refused'] as const) total[name] += counts[name];
    } catch (error) {
      throw new Error(`FUZZ_SEED=${seed} FUZZ_ROUNDS=1 brings this back`, { cause: error });
    }
  }
  expect(total.foreign).toBeGreaterThan(2 * ROUNDS);
  expect(total.taken).toBeGreaterThan(ROUNDS / 2);
  expect(total.refused).toBeGreaterThan(ROUNDS / 10);
}, 120_000);
