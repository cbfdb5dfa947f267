import { LIMITS } from '@kith/schema/limits';
import { expect, it } from 'vitest';
import { zipfSizes } from './town.ts';

it.each([
  { people: 2_000, rooms: 200, largest: 340 },
  { people: 60, rooms: 30, largest: 2 },
  { people: 4_000, rooms: 20, largest: LIMITS.membersPerConversation },
])('[BENCH-1] $people people in $rooms conversations: everybody has a place, few are large', (town) => {
  const sizes = zipfSizes(town.people, town.rooms);
  expect(sizes).toHaveLength(town.rooms);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(town.people);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(2);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(LIMITS.membersPerConversation);
  expect(Math.abs((sizes[0] ?? 0) - town.largest)).toBeLessThanOrEqual(30);
});
