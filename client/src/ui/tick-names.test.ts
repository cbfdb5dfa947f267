import { expect, test } from 'vitest';
import { TICK_NAMES } from './tick-names.ts';

test('[UI-6] every tick has a name of its own', () => {
  expect(Object.keys(TICK_NAMES)).toEqual(['pending', 'stored', 'delivered', 'read']);
  expect(new Set(Object.values(TICK_NAMES)).size).toBe(4);
});
