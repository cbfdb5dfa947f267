import { expect, test, vi } from 'vitest';
import { createMemoryLocalStore } from '../storage/memory-local-store.ts';
import { ROOM, sampleConversation } from '../storage/test/local-store-samples.ts';
import { createManualTime } from '../test/manual-time.ts';
import { createPositions } from './positions.ts';

const setUp = async () => {
  const time = createManualTime();
  const store = createMemoryLocalStore();
  await store.saveConversation(sampleConversation());
  const gaps: string[] = [];
  const onGap = (conversation: string): void => void gaps.push(conversation);
  const positions = createPositions({
    store,
    timers: time.timers,
    onGap,
    onMoved: () => undefined,
    log: () => undefined,
  });
  const at = async () => (await store.conversation(ROOM))?.position;
  return { time, gaps, positions, at, store };
};

test('[ENG-8] the position moves over arrivals that are complete, in whatever order they come', async () => {
  const { positions, at } = await setUp();
  positions.reached(ROOM, [1]);
  await vi.waitFor(async () => expect(await at()).toBe(1));
  positions.reached(ROOM, [4, 3]);
  positions.reached(ROOM, [2]);
  await vi.waitFor(async () => expect(await at()).toBe(4));
});

test('[ENG-8] a gap that stays is told; what was complete beyond it counts when it closes', async () => {
  const { time, gaps, positions, at } = await setUp();
  positions.reached(ROOM, [1, 3]);
  await vi.waitFor(async () => expect(await at()).toBe(1));
  expect(gaps).toEqual([]);
  time.pass(1_000);
  expect(gaps).toEqual([ROOM]);
  await positions.complete(ROOM, 2, 1);
  expect(await at()).toBe(3);
});

test('[ENG-8] a new incarnation of the journal begins anew', async () => {
  const { positions, at } = await setUp();
  await positions.complete(ROOM, 9, 1);
  positions.reached(ROOM, [12, 13]);
  await positions.complete(ROOM, 10, 2);
  expect(await at()).toBe(10);
  positions.reached(ROOM, [11]);
  await vi.waitFor(async () => expect(await at()).toBe(11));
});

test('[ENG-8] what arrives while a conversation is first loaded counts', async () => {
  const { positions, at, store } = await setUp();
  await store.saveConversation(sampleConversation({ incarnation: 0 }));
  positions.reached(ROOM, [7]);
  await positions.complete(ROOM, 6, 1);
  expect(await at()).toBe(7);
});
