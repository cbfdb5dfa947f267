import 'fake-indexeddb/auto';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createDexieFixture } from '../browser/test/dexie-fixture.ts';
import type { LocalStore } from '../storage/local-store.ts';
import { createMemoryLocalStore } from '../storage/memory-local-store.ts';
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
} from '../storage/test/local-store-samples.ts';
import type { TimelineView } from '../views.ts';
import { openTimeline } from './open-timeline.ts';

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n);
const write = (store: LocalStore, all: readonly number[]): Promise<void> =>
  store.project({ messages: all.map((n) => sampleMessage(n)), changes: [] });

/** A timeline that shows the newest page of `all`, and what it has shown. */
const opened = async (store: LocalStore, all: readonly number[]) => {
  await store.saveSession(sampleSession());
  await store.saveConversation(sampleConversation());
  await store.replaceMembers(ROOM, [sampleMember(SELF), sampleMember(OTHER, { name: 'Bob' })]);
  if (all.length > 0) await write(store, all);
  const timeline = openTimeline(store, ROOM);
  const views: TimelineView[] = [];
  onTestFinished(timeline.subscribe((view) => views.push(view)));
  await vi.waitFor(() => expect(views).not.toEqual([]));
  return { ...timeline, views, shown: () => views.at(-1) ?? unread() };
};
const unread = (): never => {
  throw new Error('nothing was shown');
};
const idsOf = ({ items }: TimelineView) => items.map(({ message }) => message.eventId);
const expectShown = (shown: () => TimelineView, all: readonly number[]): Promise<void> =>
  vi.waitFor(() => expect(idsOf(shown())).toEqual(all.map(eventId)));

test('[UI-3] the window grows by a page when older messages are asked for, until there are none', async () => {
  const { shown, views, showOlder } = await opened(createMemoryLocalStore(), numbers(1, 120));
  await expectShown(shown, numbers(71, 120));
  expect(shown().moreHere).toBe(true);
  showOlder();
  showOlder();
  await expectShown(shown, numbers(21, 120));
  showOlder();
  await expectShown(shown, numbers(1, 120));
  expect(shown().moreHere).toBe(false);
  showOlder();
  expect(new Set(views.map(({ items }) => items.length))).toEqual(new Set([50, 100, 120]));
});

test('[UI-3] arrivals are added below and push nothing out, however many come in', async () => {
  const store = createMemoryLocalStore();
  const { shown, views } = await opened(store, numbers(1, 120));
  for (let n = 121; n <= 400; n += 40) await write(store, numbers(n, n + 39));
  await expectShown(shown, numbers(71, 400));
  expect(new Set(views.map(({ items }) => items[0]?.message.eventId))).toEqual(new Set([eventId(71)]));
});

test('[UI-3] of few messages none is pushed out either, and what comes in above waits to be asked for', async () => {
  const store = createMemoryLocalStore();
  const { shown, showOlder } = await opened(store, numbers(201, 230));
  expect(shown().moreHere).toBe(false);
  await write(store, numbers(231, 300));
  await expectShown(shown, numbers(201, 300));
  await write(store, numbers(101, 200));
  showOlder();
  await expectShown(shown, numbers(151, 300));
  expect(shown().moreHere).toBe(true);
});

test('[UI-3] into an empty timeline the newest page comes by itself', async () => {
  const store = createMemoryLocalStore();
  const { shown } = await opened(store, []);
  expect(shown()).toMatchObject({ items: [], moreHere: false });
  await write(store, numbers(1, 80));
  await expectShown(shown, numbers(31, 80));
  expect(shown().moreHere).toBe(true);
});

test('[UI-26] what changes further up is shown: ticks, deletions, refusals, late messages', async () => {
  const store = createMemoryLocalStore();
  await store.enqueueEvent(sampleOutboxEvent(10), sampleOwnMessage(10));
  const { shown, showOlder } = await opened(store, [...numbers(1, 9), ...numbers(12, 120)]);
  showOlder();
  await vi.waitFor(() => expect(shown().items).toHaveLength(100));
  showOlder();
  await vi.waitFor(() => expect(shown().items).toHaveLength(119));
  const item = (n: number) => shown().items.find(({ message }) => message.eventId === eventId(n));
  expect(item(10)?.tick).toBe('pending');
  await store.acknowledge(ROOM, [{ eventId: eventId(10), arrival: 500 }]);
  await vi.waitFor(() => expect(item(10)?.tick).toBe('stored'));
  await store.saveReceipts([{ conversation: ROOM, account: OTHER, device: deviceId(2), arrival: 500, at: 1 }]);
  await vi.waitFor(() => expect(item(10)?.tick).toBe('delivered'));
  const { message } = sampleMessage(30);
  const { account, device, time } = message;
  const deleted = { eventId: eventId(30), account, device, time, state: 'deleted', deletedBy: OTHER } as const;
  await store.project({ messages: [sampleMessage(30, { message: deleted }), sampleMessage(11)], changes: [] });
  await vi.waitFor(() => expect(item(30)?.message.state).toBe('deleted'));
  await vi.waitFor(() => expect(item(11)).toBeDefined());
  expect(idsOf(shown())).toEqual(numbers(1, 120).map(eventId));
});

test('[UI-26] what comes in is one read of the newest page, whatever is shown above it', async () => {
  const store = await createDexieFixture().create();
  onTestFinished(() => store.close());
  const reads: number[] = [];
  const counted: LocalStore = {
    ...store,
    timelineBetween: async (...range) => {
      const rows = await store.timelineBetween(...range);
      reads.push(rows.length);
      return rows;
    },
  };
  const { shown, showOlder } = await opened(counted, numbers(1, 400));
  for (let pages = 2; pages <= 6; pages++) {
    showOlder();
    await expectShown(shown, numbers(401 - 50 * pages, 400));
  }
  await vi.waitFor(() => expect(reads.at(-1)).toBe(250));
  reads.length = 0;
  for (let n = 401; n <= 403; n++) {
    await write(store, [n]);
    await expectShown(shown, numbers(101, n));
  }
  expect(reads).toEqual([51, 52, 53]);
});

test('[UI-26] a message that is signed anew moves down and stands there once', async () => {
  const store = createMemoryLocalStore();
  await store.enqueueEvent(sampleOutboxEvent(60), sampleOwnMessage(60));
  const { shown, views, showOlder } = await opened(
    store,
    numbers(1, 120).filter((n) => n !== 60),
  );
  showOlder();
  await vi.waitFor(() => expect(shown().items).toHaveLength(100));
  const [entry] = await store.outbox();
  if (entry?.type !== 'event') throw new Error('sample');
  await store.saveSigned([{ ...entry, time: sampleMessage(200).time }]);
  await vi.waitFor(() => expect(idsOf(shown()).at(-1)).toBe(eventId(60)));
  for (const view of views) expect(new Set(idsOf(view)).size).toBe(view.items.length);
});
