/** The guard's fuzzers, each for one seed at a time: package export `@kith/sync-server/guard-fuzzers`. [GRD-9] */
import { fuzzInspection } from './differential-fuzz.ts';
import { runHonestHistory } from './honest-step2.ts';
import { fuzzAccount, fuzzSegment } from './policy-fuzz.ts';

export { createSeededRandom, type SeededRandom } from './random.ts';

export interface FuzzCounts {
  /** Updates that had to be taken, and were. */
  readonly honest: number;
  readonly forged: number;
  /** Of the forged ones; each changed exactly what was announced. */
  readonly accepted: number;
  /** Documents compared, and found to be the same. */
  readonly compared: number;
}

/** Throws where anything is not as it should be. */
export type Fuzzer = (seed: number) => FuzzCounts;

export const GUARD_FUZZERS: Readonly<Record<'inspection' | 'segment' | 'account' | 'honest', Fuzzer>> = {
  inspection: (seed) => fuzzInspection(seed, 1),
  segment: (seed) => fuzzSegment(seed, 1),
  account: (seed) => fuzzAccount(seed, 1),
  honest: (seed) => {
    const { foreign, taken } = runHonestHistory(seed);
    return { honest: foreign + taken, forged: 0, accepted: 0, compared: 0 };
  },
};
