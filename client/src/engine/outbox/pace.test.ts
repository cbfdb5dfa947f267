import { LIMITS } from '@kith/schema/limits';
import { expect, test } from 'vitest';
import { allowedNow, paceOf, unsure, waited } from './pace.ts';

const said = { type: 'slow-down', limit: 'events', now: 3, later: 50, retryAfterMs: 4_000 } as const;
const pace = paceOf(said, 1_000);

test('[LIM-2] a server that said nothing sets no bounds; one that did is taken at its word', () => {
  expect(allowedNow(paceOf(null, 1_000), 1_000)).toBe(LIMITS.batchEvents);
  expect([allowedNow(pace, 1_000), allowedNow(pace, 4_999), allowedNow(pace, 5_000)]).toEqual([3, 3, 50]);
  expect(allowedNow(paceOf({ ...said, retryAfterMs: 0, now: 150 }, 1_000), 1_000)).toBe(150);
});

test('[LIM-2] where nothing may go now, the time to wait is told, and after it something may go whatever the clock says', () => {
  const full = paceOf({ ...said, now: 0 }, 1_000);
  expect(() => allowedNow(full, 2_000)).toThrow(expect.objectContaining({ code: 'rate-limited', retryAfterMs: 3_000 }));
  const isSetBack = -3_600_000;
  expect(() => allowedNow(full, isSetBack)).toThrow(expect.objectContaining({ retryAfterMs: 4_000 }));
  expect(allowedNow(waited(full), isSetBack)).toBe(50);
  expect(allowedNow(waited(null), 0)).toBe(LIMITS.batchEvents);
});

test('[LIM-2] what may have been counted is taken as counted', () => {
  expect(() => allowedNow(unsure(pace, 9_000), 9_000)).toThrow(expect.objectContaining({ retryAfterMs: 4_000 }));
  expect(unsure(null, 9_000)).toBeNull();
});
