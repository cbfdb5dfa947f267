import { describe, expect, it } from 'vitest';
import { type ClosingStep, createClosing } from './closing.ts';
import { createLog } from './log.ts';

const closeWith = async (steps: (done: string[]) => ClosingStep[]) => {
  const done: string[] = [];
  const timers: (() => void)[] = [];
  const exited = Promise.withResolvers<number>();
  const close = createClosing(
    {
      log: createLog({ level: 'silent', now: () => 0, write: () => {} }),
      deadlineMs: 10,
      setTimer: (act) => timers.push(act),
      exit: (code) => exited.resolve(code),
    },
    steps(done),
  );
  close('SIGTERM');
  close('SIGINT');
  return { done, timers, exited: exited.promise };
};

describe('createClosing', () => {
  it('[RUN-9] closes every part once, in order, and ends well', async () => {
    const { done, exited } = await closeWith((done) => [
      ['a', () => void done.push('a')],
      ['b', async () => void done.push('b')],
    ]);
    expect(await exited).toBe(0);
    expect(done).toEqual(['a', 'b']);
  });

  it('[RUN-9] a part that fails does not keep the next from closing, and is told by the exit code', async () => {
    const { done, exited } = await closeWith((done) => [
      ['a', () => Promise.reject(new Error('stuck'))],
      ['b', () => void done.push('b')],
    ]);
    expect(await exited).toBe(1);
    expect(done).toEqual(['b']);
  });

  it('[RUN-9] ends at the deadline when a part hangs', async () => {
    const { timers, exited } = await closeWith(() => [['a', () => new Promise<void>(() => {})]]);
    timers[0]?.();
    expect(await exited).toBe(1);
  });
});
