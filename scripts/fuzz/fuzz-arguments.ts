/** The command line of the fuzzers: every mistake named at once. */
import { parseArgs } from 'node:util';
import { err, ok, type Result } from '@kith/schema/result';

/** The guard's, then whole engines on a whole server. */
export const FUZZ_NAMES = ['inspection', 'segment', 'account', 'honest', 'convergence'] as const;
export type FuzzName = (typeof FUZZ_NAMES)[number];

export interface FuzzArguments {
  readonly names: readonly FuzzName[];
  /** One run with this seed instead of fresh ones. */
  readonly seed: number | null;
  readonly minutes: number;
}

export const USAGE = `npm run fuzz -- [--minutes N] [--seed S] [--only NAME]
  --minutes N   how long, with fresh seeds (1)
  --seed S      once, with this seed: brings a failure back
  --only NAME   ${FUZZ_NAMES.join(', ')}, or guard for all but the last`;

interface ArgumentsError {
  readonly type: 'arguments';
  readonly mistakes: readonly string[];
}

const OPTIONS = { minutes: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } } as const;
const MAX_SEED = 2 ** 31;

export const parseFuzzArguments = (args: readonly string[]): Result<FuzzArguments, ArgumentsError> => {
  const given = readOptions(args);
  if (typeof given === 'string') return err({ type: 'arguments', mistakes: [given] });
  const minutes = Number(given.minutes ?? 1);
  const seed = given.seed === undefined ? null : Number(given.seed);
  const names = namesOf(given.only);
  const mistakes = [
    ...(Number.isFinite(minutes) && minutes > 0 ? [] : ['--minutes: a number greater than 0']),
    ...(seed === null || (Number.isInteger(seed) && seed >= 0 && seed < MAX_SEED) ? [] : ['--seed: as it was printed']),
    ...(names.length > 0 ? [] : [`--only: one of ${FUZZ_NAMES.join(', ')}, guard`]),
  ];
  return mistakes.length > 0 ? err({ type: 'arguments', mistakes }) : ok({ names, seed, minutes });
};

const namesOf = (only: string | undefined): readonly FuzzName[] => {
  if (only === undefined) return FUZZ_NAMES;
  return only === 'guard' ? FUZZ_NAMES.slice(0, -1) : FUZZ_NAMES.filter((name) => name === only);
};

const readOptions = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // an unknown or incomplete option: named as it is
  }
};
