import { expect, it } from 'vitest';
import { createFixedClock } from '../test/fixed-clock.ts';
import { createAllowance } from './allowance.ts';

it('[EDGE-4] an allowance is used up at once, refused whole, and fills up at its pace', () => {
  const clock = createFixedClock();
  const allowance = createAllowance(clock, { size: 3, perSecond: 0.5 });
  expect([allowance.take('a', 1), allowance.take('a', 2)]).toEqual([0, 0]);
  expect([allowance.take('a', 1), allowance.take('a', 3), allowance.take('b', 3)]).toEqual([2_000, 6_000, 0]);
  clock.advance(2_000);
  expect([allowance.take('a', 1), allowance.take('a', 1)]).toEqual([0, 2_000]);
  clock.advance(1_000_000);
  expect([allowance.take('a', 3), allowance.take('a', 1)]).toEqual([0, 2_000]);
});

it('[EDGE-4] keys that somebody invents fill nothing', () => {
  const clock = createFixedClock();
  const allowance = createAllowance(clock, { size: 1, perSecond: 1 });
  for (let i = 0; i <= 20_000; i++) expect(allowance.take(`key ${i}`, 1)).toBe(0);
  expect([allowance.take('key 20000', 1), allowance.take('key 0', 1)]).toEqual([1_000, 0]);
});
