/**
 * Runs fuzzers by turns until the time is over, somebody stops it, or one finds something: then the seed, what happened,
 * and the command that brings it back. Ends with a table of what was tried.
 */
import { GUARD_FUZZERS } from '@kith/sync-server/guard-fuzzers';
import { createConvergence } from './convergence/convergence.ts';
import type { FuzzArguments, FuzzName } from './fuzz-arguments.ts';

export interface FuzzDeps {
  readonly print: (text: string) => void;
  readonly isTerminal: boolean;
  readonly now: () => number;
  /** 0 ≤ seed < 2^31 */
  readonly freshSeed: () => number;
  readonly signal: AbortSignal;
  readonly fuzzers?: Readonly<Record<FuzzName, (seed: number) => Tried | Promise<Tried>>>;
}

/** What a run has shown, in its own words; each number is added up. */
type Tried = Readonly<Record<string, number>>;

interface Row {
  runs: number;
  seconds: number;
  readonly tried: Map<string, number>;
}

const PLAIN_EVERY_MS = 10_000;
const TERMINAL_EVERY_MS = 250;
/** Of fast fuzzers so much at a time, so that the slow ones have their share and no more. */
const TURN_MS = 500;

export const runFuzz = async (args: FuzzArguments, deps: FuzzDeps): Promise<'clean' | 'found'> => {
  const convergence = createConvergence();
  const fuzzers = deps.fuzzers ?? { ...GUARD_FUZZERS, convergence: convergence.run };
  const rows = new Map<FuzzName, Row>(args.names.map((name) => [name, { runs: 0, seconds: 0, tried: new Map() }]));
  const end = deps.now() + args.minutes * 60_000;
  const isOver = (): boolean => deps.signal.aborted || (args.seed === null && deps.now() >= end);
  const progress = createProgress(deps, rows);

  /** False when it found something. */
  const runOnce = async (name: FuzzName, row: Row): Promise<boolean> => {
    const seed = args.seed ?? deps.freshSeed();
    const startedAt = deps.now();
    try {
      for (const [what, count] of Object.entries(await fuzzers[name](seed))) {
        row.tried.set(what, (row.tried.get(what) ?? 0) + count);
      }
      row.runs++;
      return true;
    } catch (error) {
      progress.end();
      deps.print(`${name} found something with seed ${seed}:\n${formatError(error)}\n`);
      deps.print(`Again: npm run fuzz -- --only ${name} --seed ${seed}\n`);
      return false;
    } finally {
      row.seconds += (deps.now() - startedAt) / 1_000;
    }
  };
  const runAll = async (): Promise<'clean' | 'found'> => {
    do {
      for (const [name, row] of rows) {
        const turnEnd = deps.now() + TURN_MS;
        do {
          if (isOver()) return 'clean';
          if (!(await runOnce(name, row))) return 'found';
          progress.show();
          await new Promise((resolve) => setImmediate(resolve)); // so that a signal is heard
        } while (args.seed === null && deps.now() < turnEnd);
      }
    } while (args.seed === null);
    return 'clean';
  };

  try {
    return await runAll();
  } finally {
    progress.end();
    deps.print(`\n${formatRows(rows)}\n`);
    await convergence.close();
  }
};

const formatError = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const createProgress = ({ print, isTerminal, now }: FuzzDeps, rows: ReadonlyMap<FuzzName, Row>) => {
  let shownAt = now();
  const text = (): string => [...rows].map(([name, { runs }]) => `${name} ${runs.toLocaleString('en-US')}`).join(', ');
  return {
    show: (): void => {
      if (now() - shownAt < (isTerminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS)) return;
      shownAt = now();
      print(isTerminal ? `\r\u001b[K${text()}` : `${text()}\n`);
    },
    end: (): void => {
      if (isTerminal) print('\r\u001b[K');
    },
  };
};

/** What is found ends the run, so the zeros are what was shown. */
const NOT_FOUND: Readonly<Record<string, string>> = {
  honest: 'honest refused',
  accepted: 'forged that changed more than announced',
  written: 'messages lost or twice',
  compared: 'replicas or timelines that differ',
};

const formatRows = (rows: ReadonlyMap<FuzzName, Row>): string =>
  [...rows]
    .map(([name, { runs, seconds, tried }]) => {
      const counts = [...tried].filter(([what]) => what !== 'runs');
      const found = counts.flatMap(([what]) => NOT_FOUND[what] ?? []);
      return [
        `${name}: ${runs.toLocaleString('en-US')} runs in ${seconds.toFixed(1)} s`,
        ...counts.map(([what, count]) => `  ${what.padEnd(42)}${count.toLocaleString('en-US').padStart(12)}`),
        ...(runs === 0 ? [] : found.map((what) => `  ${what.padEnd(42)}${'0'.padStart(12)}`)),
      ].join('\n');
    })
    .join('\n');
