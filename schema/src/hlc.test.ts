import { expect, test } from 'vitest';
import { HLC_ZERO, hlcToMs, isHlc, msToHlc, observeHlc, tickHlc } from './hlc.ts';

test('[HLC-1] times compare as numbers and stay safe integers for two centuries', () => {
  expect(msToHlc(2)).toBeGreaterThan(msToHlc(1) + 1023);
  expect(hlcToMs(msToHlc(1_763_686_800_000))).toBe(1_763_686_800_000);
  expect(isHlc(msToHlc(Date.UTC(2240, 0, 1)))).toBe(true);
  expect(isHlc(2 ** 53)).toBe(false);
  expect(isHlc(-1)).toBe(false);
  expect(isHlc(1.5)).toBe(false);
});

test('[HLC-1] a counter that overflows carries into the milliseconds', () => {
  let time = msToHlc(1000);
  for (let i = 0; i < 1500; i++) time = tickHlc(time, 1000);
  expect(hlcToMs(time)).toBe(1001);
});

test('[HLC-2] ticks always grow, also when the wall clock goes back', () => {
  const first = tickHlc(HLC_ZERO, 5000);
  expect(hlcToMs(first)).toBe(5000);
  const second = tickHlc(first, 4000);
  expect(second).toBe(first + 1);
  expect(hlcToMs(tickHlc(second, 6000))).toBe(6000);
});

test('[HLC-3] what is seen moves the clock, unless it is too far ahead', () => {
  const seen = msToHlc(10_500);
  expect(observeHlc(msToHlc(10_000), seen, 10_000, 1000)).toBe(seen);
  expect(observeHlc(msToHlc(10_000), msToHlc(11_001), 10_000, 1000)).toBe(msToHlc(10_000));
  expect(observeHlc(seen, msToHlc(1), 10_000, 1000)).toBe(seen);
});
