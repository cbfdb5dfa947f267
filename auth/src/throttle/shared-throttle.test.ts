import type { Bus } from '@kith/schema/bus';
import { NO_BUS } from '@kith/schema/bus';
import { expect, it } from 'vitest';
import { createFixedClock } from '../test/fixed-clock.ts';
import { createSharedThrottles } from './shared-throttle.ts';

const OPTIONS = { freeTries: 2, firstDelayMs: 1_000, maxDelayMs: 60_000, forgetAfterMs: 600_000 };

const setUp = () => {
  const clock = createFixedClock();
  const listeners: ((message: Uint8Array) => void)[] = [];
  const bus = (own: number): Bus => ({
    ...NO_BUS,
    subscribe: (_topic, listener) => {
      listeners[own] = listener;
    },
    publish: (_topic, message) => listeners[1 - own]?.(message),
  });
  const [one, two] = [0, 1].map((n) => createSharedThrottles({ bus: bus(n), clock }));
  return { one: one!, two: two!, listeners };
};

it('[CLU-10] tries at one process make the next one wait at every process; a success anywhere ends that', () => {
  const { one, two } = setUp();
  const [a, b] = [one('handle', OPTIONS), two('handle', OPTIONS)];
  for (const throttle of [a, b, a]) throttle.count('ann');
  expect([a.waitMs('ann'), b.waitMs('ann')]).toEqual([2_000, 2_000]);
  expect(b.waitMs('bob')).toBe(0);
  a.giveBack('ann');
  expect([a.waitMs('ann'), b.waitMs('ann')]).toEqual([1_000, 1_000]);
  b.forget('ann');
  expect([a.waitMs('ann'), b.waitMs('ann')]).toEqual([0, 0]);
});

it('[CLU-10] what counts for one purpose does not for another', () => {
  const { one, two } = setUp();
  const [byHandle, byAddress] = [one('handle', OPTIONS), two('address', OPTIONS)];
  for (let n = 0; n < 5; n++) byHandle.count('ann');
  expect(byAddress.waitMs('ann')).toBe(0);
});

it('[CLU-10] news that make no sense count for nothing', () => {
  const { one, listeners } = setUp();
  const throttle = one('handle', OPTIONS);
  for (const text of ['', '[]', '["handle","waitMs","ann"]', `["handle","count","${'x'.repeat(300)}"]`])
    expect(() => listeners[0]?.(new TextEncoder().encode(text))).toThrow();
  expect(throttle.waitMs('ann')).toBe(0);
});
