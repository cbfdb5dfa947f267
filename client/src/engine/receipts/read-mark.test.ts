import { expect, test } from 'vitest';
import { createMemoryLocalStore } from '../storage/memory-local-store.ts';
import { ROOM, SELF, sampleConversation, sampleMessage } from '../storage/test/local-store-samples.ts';
import { readOwn } from './read-mark.ts';

const setUp = async (position: number) => {
  const store = createMemoryLocalStore();
  await store.saveConversation(sampleConversation({ position }));
  const own = (n: number) => sampleMessage(n, { account: SELF });
  return { store, own, mark: async () => (await store.conversation(ROOM))?.readArrival };
};

test('[ENG-15] the read mark moves over own messages and stops before those of others', async () => {
  const { store, own, mark } = await setUp(5);
  await store.project({ messages: [own(1), own(2), sampleMessage(3), own(4)], changes: [] });
  await readOwn(store, SELF, ROOM);
  expect(await mark()).toBe(2);
  await store.updateConversation(ROOM, (row) => ({ ...row, readArrival: 3 }));
  await readOwn(store, SELF, ROOM);
  expect(await mark()).toBe(5);
});

test('[ENG-15] what is not on this device yet is not taken for read', async () => {
  const { store, own, mark } = await setUp(1);
  await store.project({ messages: [own(1), own(4)], changes: [] });
  await readOwn(store, SELF, ROOM);
  expect(await mark()).toBe(1);
});
