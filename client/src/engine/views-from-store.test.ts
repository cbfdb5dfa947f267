import { msToHlc } from '@kith/schema/hlc';
import { expect, test, vi } from 'vitest';
import { createMemoryLocalStore } from './storage/memory-local-store.ts';
import {
  deviceId,
  eventId,
  OTHER,
  ROOM,
  SELF,
  sampleConversation,
  sampleMember,
  sampleMessage,
  sampleOutboxEvent,
  sampleOwnMessage,
  sampleSession,
} from './storage/test/local-store-samples.ts';
import { createViews } from './views-from-store.ts';

const filledStore = async () => {
  const store = createMemoryLocalStore();
  await store.saveSession(sampleSession());
  await store.saveConversation(sampleConversation());
  await store.replaceMembers(ROOM, [
    sampleMember(SELF, { name: 'Alice' }),
    sampleMember(OTHER, {
      name: 'Bob',
      role: 'owner',
      devices: [{ device: deviceId(2), name: 'Phone', signKey: new Uint8Array(32) }],
    }),
  ]);
  return store;
};

test('[VIEW-1] views are computed from the local store alone and follow its changes', async () => {
  const store = await filledStore();
  const views = createViews(store);
  const seen: number[] = [];
  const stop = views.timeline(ROOM, 50).subscribe(({ items }) => seen.push(items.length));
  await store.project({ messages: [sampleMessage(1), sampleMessage(2)], changes: [] });
  await vi.waitFor(() => expect(seen.at(-1)).toBe(2));
  expect((await views.session().get())?.handle).toBe('alice');
  stop();
});

test('[VIEW-1] signed out, nothing is shown', async () => {
  const store = createMemoryLocalStore();
  await store.saveConversation(sampleConversation());
  const views = createViews(store);
  expect(await views.session().get()).toBeNull();
  expect(await views.conversations().get()).toEqual([]);
  expect(await views.conversation(ROOM).get()).toBeNull();
  expect((await views.timeline(ROOM, 50).get()).items).toEqual([]);
});

test('[VIEW-2] a timeline holds the newest messages, oldest first, and says whether there are more', async () => {
  const store = await filledStore();
  await store.project({ messages: [1, 2, 3].map((n) => sampleMessage(n)), changes: [] });
  const views = createViews(store);
  const two = await views.timeline(ROOM, 2).get();
  expect(two.items.map(({ message }) => message.eventId)).toEqual([eventId(2), eventId(3)]);
  expect(two).toMatchObject({ moreHere: true, moreElsewhere: false, firstUnread: eventId(1) });
  await store.updateConversation(ROOM, (row) => ({
    ...row,
    segments: [
      { n: 1, state: 'closed', firstArrival: 1 },
      { n: 2, state: 'open', firstArrival: 4 },
    ],
  }));
  expect(await views.timeline(ROOM, 3).get()).toMatchObject({ moreHere: false, moreElsewhere: true });
  await store.updateConversation(ROOM, (row) => ({ ...row, projectedSegments: [1] }));
  expect(await views.timeline(ROOM, 3).get()).toMatchObject({ moreElsewhere: false });
});

test('[VIEW-3] ticks of own messages follow the receipts, and evidence names who stands behind them', async () => {
  const store = await filledStore();
  await store.enqueueEvent(sampleOutboxEvent(5), sampleOwnMessage(5));
  const views = createViews(store);
  const tick = async () => (await views.timeline(ROOM, 1).get()).items[0]?.tick;
  expect(await tick()).toBe('pending');
  await store.acknowledge(ROOM, [{ eventId: eventId(5), arrival: 9 }]);
  expect(await tick()).toBe('stored');
  await store.saveReceipts([{ conversation: ROOM, account: OTHER, device: deviceId(2), arrival: 9, at: 1 }]);
  expect(await tick()).toBe('delivered');
  await store.saveReceipts([{ conversation: ROOM, account: OTHER, arrival: 9, at: 2 }]);
  expect(await tick()).toBe('read');
  expect(await views.evidence(ROOM, eventId(5)).get()).toEqual({
    delivered: [{ account: OTHER, name: 'Bob', device: deviceId(2), deviceName: 'Phone', at: 1 }],
    read: [{ account: OTHER, name: 'Bob', at: 2 }],
  });
  expect((await views.conversation(ROOM).get())?.last?.tick).toBe('read');
});

test('[VIEW-4] an imported message shows its original author and is nobody’s own', async () => {
  const store = await filledStore();
  const row = sampleMessage(1, { account: SELF });
  if (row.message.state !== 'shown') throw new Error('sample');
  const imported = { author: 'crimsun', at: 1_000 };
  await store.project({ messages: [{ ...row, message: { ...row.message, imported } }], changes: [] });
  const [item] = (await createViews(store).timeline(ROOM, 1).get()).items;
  expect(item).toMatchObject({ author: 'crimsun', own: false, tick: null });
});

test('[VIEW-5] the list is in order of last activity, with unread, last line and draft', async () => {
  const store = await filledStore();
  await store.project({ messages: [sampleMessage(1), sampleMessage(2)], changes: [] });
  await store.updateConversation(ROOM, (row) => ({ ...row, readArrival: 1, draft: 'half a' }));
  const [view] = await createViews(store).conversations().get();
  expect(view).toMatchObject({
    title: 'Room',
    unread: 1,
    draft: 'half a',
    last: { author: 'Bob', own: false, text: 'message 2', at: 2_000, tick: null },
    activeAt: 2_000,
  });
});

test('[VIEW-6] members stand by role, then name; unsent are waiting and refused', async () => {
  const store = await filledStore();
  const views = createViews(store);
  expect((await views.members(ROOM).get()).map(({ name, self }) => [name, self])).toEqual([
    ['Bob', false],
    ['Alice', true],
  ]);
  await store.enqueueEvent(sampleOutboxEvent(1, { time: msToHlc(5) }), null);
  expect(await views.unsent().get()).toEqual({ pending: 1, refused: 0 });
});
