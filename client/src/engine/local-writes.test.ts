import { LIMITS } from '@kith/schema/limits';
import { beforeEach, expect, test } from 'vitest';
import { createHybridClock } from './hybrid-clock.ts';
import { createLocalWrites, type LocalWrites } from './local-writes.ts';
import type { LocalStore } from './storage/local-store.ts';
import { createMemoryLocalStore } from './storage/memory-local-store.ts';
import { ROOM, sampleConversation, sampleSession } from './storage/test/local-store-samples.ts';
import { createManualTime } from './test/manual-time.ts';

let store: LocalStore;
let writes: LocalWrites;

beforeEach(async () => {
  const { clock } = createManualTime();
  store = createMemoryLocalStore();
  const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);
  writes = createLocalWrites({ store, random, clock, hybridClock: createHybridClock({ store, clock }) });
  await store.saveSession(sampleSession());
  await store.saveConversation(sampleConversation());
});

const refuse = async (eventId: Awaited<ReturnType<LocalWrites['sendMessage']>>): Promise<void> => {
  const [event] = (await store.outbox()).flatMap((entry) => (entry.type === 'event' ? [entry] : []));
  expect(event?.eventId).toBe(eventId);
  await store.quarantine([{ event: event!, code: 'forbidden', detail: null, at: 1 }]);
};

test('[ENG-14] a text that no event can hold is not taken on, however few its characters are', async () => {
  const fits = '𝕏'.repeat(LIMITS.messageTextLength / 2);
  await writes.sendMessage(ROOM, { text: fits });
  for (const text of [`${fits}!`, '\u0001'.repeat(LIMITS.messageTextLength)]) {
    await expect(writes.sendMessage(ROOM, { text })).rejects.toMatchObject({ code: 'event-too-large' });
  }
  await expect(writes.sendMessage(ROOM, { text: '' })).rejects.toMatchObject({ code: 'event-malformed' });
  expect(await store.outbox()).toHaveLength(1);
});

test('[ENG-14] where one is not a member any more nothing is sent, also not again, and what was refused is kept', async () => {
  const eventId = await writes.sendMessage(ROOM, { text: 'refused' });
  await refuse(eventId);
  await store.saveConversation(sampleConversation({ state: 'left', role: null }));
  await expect(writes.sendMessage(ROOM, { text: 'more' })).rejects.toMatchObject({ code: 'not-member' });
  await expect(writes.retryMessage(eventId)).rejects.toMatchObject({ code: 'not-member' });
  expect(await store.outboxCount()).toEqual({ pending: 0, refused: 1 });
  await writes.discardMessage(eventId);
  expect(await store.outboxCount()).toEqual({ pending: 0, refused: 0 });
});

test('[ENG-14] sent again with another text, a message keeps its id and is the latest', async () => {
  const eventId = await writes.sendMessage(ROOM, { text: 'refused' });
  await refuse(eventId);
  await writes.sendMessage(ROOM, { text: 'meanwhile' });
  await writes.retryMessage(eventId, 'mended');
  const [newest] = await store.timeline(ROOM, null, 1);
  expect(newest).toMatchObject({ eventId, refused: null, message: { text: 'mended' } });
  await expect(writes.retryMessage(eventId)).rejects.toMatchObject({ code: 'not-found' });
});
