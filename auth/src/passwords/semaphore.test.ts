import { expect, it } from 'vitest';
import { createSemaphore } from './semaphore.ts';

it('[PWD-1] lets through as many as allowed, the others in order, also after failures', async () => {
  const limit = createSemaphore(2);
  const started: number[] = [];
  const ends: ((fail: boolean) => void)[] = [];
  const work = (n: number) =>
    limit(() => {
      started.push(n);
      return new Promise<number>((resolve, reject) => {
        ends[n] = (fail) => (fail ? reject(new Error('failed')) : resolve(n));
      });
    });
  const all = [0, 1, 2, 3].map(work);
  const settled = Promise.allSettled(all);
  expect(started).toEqual([0, 1]);
  ends[1]?.(true);
  await expect(all[1]).rejects.toThrow('failed');
  expect(started).toEqual([0, 1, 2]);
  ends[0]?.(false);
  await all[0];
  expect(started).toEqual([0, 1, 2, 3]);
  ends[2]?.(false);
  ends[3]?.(false);
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(await limit(async () => 'free again')).toBe('free again');
});
