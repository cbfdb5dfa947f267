import 'fake-indexeddb/auto';
import { msToHlc } from '@kith/schema/hlc';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDexieStore } from '../../browser/test/dexie-fixture.ts';
import type { LocalStore, MessageRow } from '../local-store.ts';
import { eventId, OTHER, ROOM, SELF, sampleMessage } from '../test/local-store-samples.ts';

const MANY = 1_200;

let store: LocalStore;
beforeEach(() => {
  store = openDexieStore(`kith-${crypto.randomUUID()}`);
});
afterEach(() => store.close());

const project = (from: number, to: number, changes: (n: number) => Partial<MessageRow> = () => ({})): Promise<void> =>
  store.project({
    messages: Array.from({ length: to - from + 1 }, (_, i) => sampleMessage(from + i, changes(from + i))),
    changes: [],
  });
const firstUnreadId = async (after: number) => (await store.firstUnread(ROOM, after, SELF))?.eventId ?? null;

test('[LOC-16] of very many unread the earliest is found, whatever came before it', async () => {
  await project(1, 2 * MANY);
  expect(await firstUnreadId(0)).toBe(eventId(1));
  expect(await firstUnreadId(5)).toBe(eventId(6));
  expect(await firstUnreadId(2 * MANY - 1)).toBe(eventId(2 * MANY));
  expect(await store.countUnread(ROOM, 0, SELF, 10_000)).toBe(2 * MANY);
});

test('[LOC-16] of very many unread, one that arrived last and stands first is found', async () => {
  await project(10, MANY + 10);
  await project(1, 1, () => ({ arrival: MANY + 11 }));
  expect(await firstUnreadId(9)).toBe(eventId(1));
  await project(2, 2, () => ({ arrival: MANY + 12, account: SELF }));
  expect(await firstUnreadId(9)).toBe(eventId(1));
});

test('[LOC-16] behind a long history that was read, one that arrived last and stands in it is found', async () => {
  await project(1, 4 * MANY, (n) => ({ arrival: n }));
  await project(4 * MANY + 1, 5 * MANY + 1);
  await project(9_999, 9_999, () => ({ time: msToHlc(3_500), arrival: 9_999 }));
  expect(await firstUnreadId(4 * MANY)).toBe(eventId(9_999));
});

test('[LOC-16] very many own ones are never unread', async () => {
  await project(1, MANY, () => ({ account: SELF }));
  expect(await firstUnreadId(0)).toBeNull();
  expect(await store.countUnread(ROOM, 0, SELF, 10)).toBe(0);
  await project(MANY + 1, MANY + 1, () => ({ account: OTHER }));
  expect(await firstUnreadId(0)).toBe(eventId(MANY + 1));
  expect(await store.countUnread(ROOM, 0, SELF, 10)).toBe(1);
});
