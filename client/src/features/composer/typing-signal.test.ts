import { expect, test } from 'vitest';
import { createTypingSignal, IDLE_MS, REPEAT_MS } from './typing-signal.ts';

const harness = () => {
  const told: boolean[] = [];
  let nowMs = 0;
  let timer: { at: number; run: () => void } | null = null;
  const signal = createTypingSignal({
    tell: (typing) => told.push(typing),
    now: () => nowMs,
    setTimer: (run, ms) => {
      const own = { at: nowMs + ms, run };
      timer = own;
      return () => {
        if (timer === own) timer = null;
      };
    },
  });
  const pass = (ms: number) => {
    nowMs += ms;
    if (timer === null || timer.at > nowMs) return;
    const { run } = timer;
    timer = null;
    run();
  };
  return { told, signal, pass };
};

test('[UI-19] typing is told once in a while, however fast one types', () => {
  const { told, signal, pass } = harness();
  for (let key = 0; key < 20; key += 1) {
    signal.typed();
    pass(100);
  }
  expect(told).toEqual([true]);
  pass(REPEAT_MS - 2_000);
  signal.typed();
  expect(told).toEqual([true, true]);
});

test('[UI-19] that it ended is told after a pause, or at once, and only once', () => {
  const { told, signal, pass } = harness();
  signal.typed();
  pass(IDLE_MS);
  expect(told).toEqual([true, false]);
  signal.stop();
  expect(told).toEqual([true, false]);
  signal.typed();
  signal.stop();
  pass(IDLE_MS);
  expect(told).toEqual([true, false, true, false]);
});
