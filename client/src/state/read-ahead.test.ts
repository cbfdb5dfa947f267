import { createStore } from 'jotai';
import { expect, test } from 'vitest';
import type { Engine } from '../engine/engine-api.ts';
import { createMemoryLocalStore } from '../engine/storage/memory-local-store.ts';
import { ROOM, sampleConversation, sampleMessage, sampleSession } from '../engine/storage/test/local-store-samples.ts';
import { createViews } from '../engine/views-from-store.ts';
import { createKithState } from './kith-state.ts';
import { readAhead } from './read-ahead.ts';
import { createUnsaved } from './unsaved.ts';

const opened = async () => {
  const local = createMemoryLocalStore();
  await local.saveSession(sampleSession());
  await local.saveConversation(sampleConversation());
  await local.project({ messages: [sampleMessage(1)], changes: [] });
  const kith = createKithState({
    engine: {} as Engine,
    views: createViews(local),
    unsaved: createUnsaved(() => Promise.resolve()),
  });
  return { local, kith, store: createStore() };
};

test('[UI-24] what an address shows is there before the interface is, and is let go of after it', async () => {
  const { kith, store } = await opened();
  const ahead = readAhead(store, kith, { type: 'conversation', id: ROOM, members: false });
  await ahead.ready;
  expect(store.get(kith.sessionAtom)?.name).toBe('Alice');
  expect(store.get(kith.conversation(ROOM))?.title).toBe('Room');
  expect(store.get(kith.timeline(ROOM).viewAtom)?.items).toHaveLength(1);
  ahead.release();
  expect(store.get(kith.timeline(ROOM).viewAtom)).toBeUndefined();
});

test('[UI-24] places without a conversation, and people who are signed out, are not waited for', async () => {
  const { local, kith, store } = await opened();
  await readAhead(store, kith, { type: 'home' }).ready;
  expect(store.get(kith.conversationsAtom)).toHaveLength(1);
  await local.wipe();
  const empty = createStore();
  await readAhead(empty, kith, { type: 'conversation', id: ROOM, members: false }).ready;
  expect(empty.get(kith.sessionAtom)).toBeNull();
});
