/**
 * The part of vitest that contract suites use, for a page: tests are collected, run in order, and their outcomes
 * reported to the test process, which shows them as tests of its own.
 */
// @ts-expect-error the alias is known to `serve-page.ts` only
import { expect as vitestExpect } from 'vitest-itself';

export interface PageOutcome {
  readonly title: string;
  /** Null when it passed. */
  readonly error: string | null;
}

type Step = () => unknown;

interface Collected {
  readonly title: string;
  readonly run: Step;
  readonly before: readonly Step[];
  readonly after: readonly Step[];
}

const collected: Collected[] = [];
let scope: { titles: readonly string[]; before: Step[]; after: Step[] } = { titles: [], before: [], after: [] };

export const expect: typeof import('vitest').expect = vitestExpect;

export const describe = (title: string, body: () => void): void => {
  const outer = scope;
  scope = { titles: [...outer.titles, title], before: [...outer.before], after: [...outer.after] };
  body();
  scope = outer;
};

export const test = (title: string, run: Step): void => {
  const { titles, before, after } = scope;
  collected.push({ title: [...titles, title].join(' > '), run, before, after });
};
export const it = test;

export const beforeEach = (step: Step): void => void scope.before.push(step);
export const afterEach = (step: Step): void => void scope.after.unshift(step);

const PATIENCE_MS = 10_000;

export const vi = {
  waitFor: async <T>(check: () => T | Promise<T>): Promise<T> => {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await check();
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  },
};

export const runCollected = async (): Promise<readonly PageOutcome[]> => {
  const outcomes: PageOutcome[] = [];
  for (const { title, run, before, after } of collected)
    outcomes.push({ title, error: await attempt([...before, run], after) });
  return outcomes;
};

const attempt = async (steps: readonly Step[], cleanup: readonly Step[]): Promise<string | null> => {
  let failure: string | null = null;
  try {
    for (const step of steps) await step();
  } catch (error) {
    failure = describeError(error);
  }
  for (const step of cleanup) {
    try {
      await step();
    } catch (error) {
      failure ??= describeError(error);
    }
  }
  return failure;
};

const describeError = (error: unknown): string =>
  error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
