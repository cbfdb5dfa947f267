/**
 * Ends the process in order and in time. Steps run one after the other, each once; a step that fails does not keep the
 * next from running. [RUN-9]
 */
import type { Log } from './log.ts';

export interface ClosingDeps {
  readonly log: Log;
  /** Milliseconds for all the steps together. */
  readonly deadlineMs: number;
  readonly setTimer: (act: () => void, ms: number) => void;
  readonly exit: (code: number) => void;
}

export type ClosingStep = readonly [name: string, close: () => void | Promise<void>];

/** The function returned may be called any number of times: Ctrl-C arrives twice, from the terminal and from npm. */
export const createClosing = (deps: ClosingDeps, steps: readonly ClosingStep[]): ((reason: string) => void) => {
  let isClosing = false;
  return (reason) => {
    if (isClosing) return;
    isClosing = true;
    deps.log.info('closing', { reason });
    deps.setTimer(() => {
      deps.log.error('closing took too long', { deadlineMs: deps.deadlineMs });
      deps.exit(1);
    }, deps.deadlineMs);
    void closeAll(deps.log, steps).then((isClean) => deps.exit(isClean ? 0 : 1));
  };
};

const closeAll = async (log: Log, steps: readonly ClosingStep[]): Promise<boolean> => {
  let isClean = true;
  for (const [name, close] of steps) {
    try {
      await close();
    } catch (error) {
      isClean = false;
      log.error('could not be closed', { part: name, error });
    }
  }
  return isClean;
};
