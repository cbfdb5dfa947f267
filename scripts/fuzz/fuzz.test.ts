import { afterEach, expect, test } from 'vitest';
import { type Convergence, createConvergence } from './convergence/convergence.ts';
import { parseFuzzArguments } from './fuzz-arguments.ts';
import { runFuzz } from './run-fuzz.ts';

/** `FUZZ_SEED` starts elsewhere; `npm run fuzz -- --only convergence` goes on with fresh seeds. */
const FIRST_SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const RUNS = process.env['LONG'] === undefined ? 12 : 400;

let convergence: Convergence;
afterEach(() => convergence.close());

test(
  '[OUT-1] [PRJ-1] [OUT-5] engines that are cut off, ended, refused and removed show the same in the end: everything, once',
  async () => {
    convergence = createConvergence();
    const total = { runs: 0, written: 0, refused: 0 };
    for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      try {
        const counts = await convergence.run(seed);
        for (const name of ['runs', 'written', 'refused'] as const) total[name] += counts[name];
      } catch (error) {
        throw new Error(`npm run fuzz -- --only convergence --seed ${seed}`, { cause: error });
      }
    }
    expect(total.runs).toBe(RUNS);
    expect(total.written).toBeGreaterThan(5 * RUNS);
  },
  60_000 + RUNS * 5_000,
);

const run = async (args: readonly string[], fuzz: (seed: number) => Record<string, number>, stopAfter = 3) => {
  convergence = createConvergence();
  const parsed = parseFuzzArguments(args);
  if (!parsed.ok) throw new Error(parsed.error.mistakes.join());
  const abort = new AbortController();
  let printed = '';
  let seeds = 0;
  const fuzzer = (seed: number) => {
    if (++seeds >= stopAfter) abort.abort();
    return fuzz(seed);
  };
  const none = () => ({});
  const result = await runFuzz(parsed.value, {
    print: (text) => {
      printed += text;
    },
    isTerminal: false,
    now: () => 0,
    freshSeed: () => 100 + seeds,
    signal: abort.signal,
    fuzzers: { inspection: none, segment: fuzzer, account: none, honest: none, convergence: none },
  });
  return { result, printed };
};

test('[FUZZ-1] fresh seeds until it is stopped, then what was tried', async () => {
  const { result, printed } = await run(['--only', 'segment'], () => ({ honest: 5, forged: 7 }));
  expect(result).toBe('clean');
  expect(printed).toMatch(/segment: 3 runs[\s\S]*honest +15\n *forged +21\n *honest refused +0/);
});

test('[FUZZ-1] what is found is printed with its seed and the command that brings it back', async () => {
  const found = (seed: number) => {
    if (seed === 101) throw new Error('a replica diverged');
    return { honest: 1 };
  };
  const { result, printed } = await run(['--only', 'segment', '--minutes', '10'], found, 10);
  expect(result).toBe('found');
  expect(printed).toContain('a replica diverged');
  expect(printed).toContain('npm run fuzz -- --only segment --seed 101');
  const again = await run(['--only', 'segment', '--seed', '101'], found);
  expect(again.result).toBe('found');
});

test('[FUZZ-1] every mistake in the command is named', () => {
  convergence = createConvergence();
  expect(parseFuzzArguments(['--minutes', 'x', '--seed', 'y', '--only', 'all'])).toMatchObject({
    ok: false,
    error: {
      mistakes: [expect.stringMatching('--minutes'), expect.stringMatching('--seed'), expect.stringMatching('--only')],
    },
  });
  expect(parseFuzzArguments(['--faster'])).toMatchObject({ ok: false });
  expect(parseFuzzArguments(['--only', 'guard'])).toMatchObject({ ok: true, value: { minutes: 1, seed: null } });
});
