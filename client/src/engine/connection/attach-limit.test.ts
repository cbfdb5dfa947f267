import { expect, test } from 'vitest';
import { createAttachLimit } from './attach-limit.ts';

test('[CON-5] no more documents are opened at a time than allowed, in order of asking', async () => {
  const limit = createAttachLimit(2);
  const order: number[] = [];
  const turns = [1, 2, 3, 4].map(async (n) => {
    const release = await limit.turn();
    order.push(n);
    return release;
  });
  const [first, second] = await Promise.all(turns.slice(0, 2));
  expect(order).toEqual([1, 2]);
  first!();
  first!();
  const third = await turns[2];
  expect(order).toEqual([1, 2, 3]);
  second!();
  third!();
  await turns[3];
  expect(order).toEqual([1, 2, 3, 4]);
});
