import { expect, it } from 'vitest';
import { createFixedClock } from '../test/fixed-clock.ts';
import { createThrottle } from './throttle.ts';

const create = () => {
  const clock = createFixedClock();
  const options = { freeTries: 2, firstDelayMs: 100, maxDelayMs: 400, forgetAfterMs: 10_000 };
  return { clock, throttle: createThrottle(clock, options) };
};

it('[PWD-4] each try beyond the free ones doubles the wait, up to a bound', () => {
  const { clock, throttle } = create();
  const waits: number[] = [];
  for (let i = 0; i < 6; i++) {
    throttle.count('ann');
    waits.push(throttle.waitMs('ann'));
  }
  expect(waits).toEqual([0, 100, 200, 400, 400, 400]);
  expect(throttle.waitMs('bob')).toBe(0);
  clock.advance(399);
  expect(throttle.waitMs('ann')).toBe(1);
  clock.advance(1);
  expect(throttle.waitMs('ann')).toBe(0);
});

it('[PWD-4] forgets a key after a while, or when told to', () => {
  const { clock, throttle } = create();
  for (let i = 0; i < 9; i++) throttle.count('ann');
  clock.advance(10_000);
  throttle.count('ann');
  expect(throttle.waitMs('ann')).toBe(0);
  throttle.count('ann');
  expect(throttle.waitMs('ann')).toBe(100);
  throttle.giveBack('ann');
  expect(throttle.waitMs('ann')).toBe(0);
  for (let i = 0; i < 9; i++) throttle.count('ann');
  throttle.forget('ann');
  expect(throttle.waitMs('ann')).toBe(0);
  throttle.giveBack('ann');
  expect(throttle.waitMs('ann')).toBe(0);
});

it('[PWD-4] many made-up keys do not fill the memory: the one least recently tried goes', () => {
  const { throttle } = create();
  for (const key of ['old', 'old', 'busy']) throttle.count(key);
  for (let i = 0; i < 19_999; i++) throttle.count(`key ${i}`);
  throttle.count('busy');
  expect(throttle.waitMs('old')).toBe(0);
  expect(throttle.waitMs('busy')).toBe(100);
});
