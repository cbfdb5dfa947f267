import { expect, test } from 'vitest';
import { createRecentFamily } from './recent-family.ts';

test('[UI-2] what was asked for recently is kept, the rest is made anew', () => {
  let made = 0;
  const family = createRecentFamily((key: string) => `${key}${++made}`, 2);
  expect([family('a'), family('b'), family('a'), family('c')]).toEqual(['a1', 'b2', 'a1', 'c3']);
  expect([family('a'), family('b')]).toEqual(['a1', 'b4']);
});
