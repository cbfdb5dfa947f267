import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BURST_SECONDS, createLimiter, createMemoryWindow, type Limiter, STEADY_SECONDS } from './limiter.ts';

/** The library reads the system's time itself. */
const pass = (seconds: number): void => void vi.setSystemTime(Date.now() + seconds * 1_000);

let limiter: Limiter;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  limiter = createLimiter(createMemoryWindow, 'test', { burst: 10, steady: 4 });
});
afterEach(() => vi.useRealTimers());

test('[LIM-1] a burst goes at once, then a steady amount in each ten seconds, and the next burst after an hour', async () => {
  expect(await limiter.take('ann', 9)).toEqual({ isAllowed: true, room: 4, moreAfterMs: 0, retryAfterMs: 0 });
  expect(await limiter.take('ann', 1)).toMatchObject({ isAllowed: true });
  expect(await limiter.take('ann', 3)).toMatchObject({ isAllowed: true, room: 1, moreAfterMs: 10_000 });
  pass(3);
  expect(await limiter.take('ann', 2)).toMatchObject({ isAllowed: false, room: 0, retryAfterMs: 7_000 });
  pass(7);
  expect(await limiter.take('ann', 4)).toMatchObject({ isAllowed: true, room: 0, moreAfterMs: STEADY_SECONDS * 1_000 });
  pass(BURST_SECONDS);
  expect(await limiter.take('ann', 10)).toMatchObject({ isAllowed: true });
});

test('[LIM-1] more than the steady amount is promised for when the burst is there again', async () => {
  await limiter.take('ann', 10);
  pass(60);
  expect(await limiter.take('ann', 5)).toEqual({
    ...{ isAllowed: false, room: 0, moreAfterMs: STEADY_SECONDS * 1_000 },
    retryAfterMs: (BURST_SECONDS - 60) * 1_000,
  });
});

test('[LIM-1] insisting gains nothing, and takes nothing from others', async () => {
  for (let i = 0; i < 100; i++) await limiter.take('ann', 10);
  expect(await limiter.take('ann', 1)).toMatchObject({ isAllowed: false, retryAfterMs: 10_000 });
  expect(await limiter.take('bob', 10)).toMatchObject({ isAllowed: true });
});
