/** For the bench: one tab shows a long timeline, another brings older history onto the device, a peer speaks meanwhile. */
import { createSerialQueue } from '../../../serial-queue.ts';
import {
  eventId,
  ROOM,
  sampleConversation,
  sampleMessage,
  sampleSession,
} from '../../../storage/test/local-store-samples.ts';
import { createViews } from '../../../views-from-store.ts';
import { openDexieStore } from '../dexie-fixture.ts';

const store = openDexieStore('live');
const FIRST_SHOWN = 100_000;
const FIRST_SPOKEN = 200_000;
const BATCH = 500;
const now = (): number => performance.timeOrigin + performance.now();
const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, n) => from + n);
const project = (all: readonly number[]): Promise<void> =>
  store.project({ messages: all.map((n) => sampleMessage(n)), changes: [] });

const shownAt = new Map<string, number>();

const bench = {
  fill: async (count: number): Promise<void> => {
    await store.saveSession(sampleSession());
    await store.saveConversation(sampleConversation({ readArrival: FIRST_SPOKEN * 2 }));
    for (let n = 0; n < count; n += BATCH) await project(numbers(FIRST_SHOWN + n, Math.min(BATCH, count - n)));
  },
  /** Resolves when `count` messages are shown; goes on noting when each was shown first. */
  show: (count: number): Promise<void> =>
    new Promise((resolve) => {
      const timeline = createViews(store).openTimeline(ROOM);
      timeline.subscribe(({ items }) => {
        for (const { message } of items.slice(-10))
          if (!shownAt.has(message.eventId)) shownAt.set(message.eventId, now());
        if (items.length >= count) resolve();
        else setTimeout(timeline.showOlder);
      });
    }),
  /** As the projector: batch after batch, what a peer says comes between two of them. Gives when each was said. */
  bringHistory: async (count: number, everyMs: number): Promise<readonly (readonly [string, number])[]> => {
    const queue = createSerialQueue();
    const said: (readonly [string, number])[] = [];
    const speak = (): void => {
      const n = FIRST_SPOKEN + said.length;
      said.push([eventId(n), now()]);
      void queue.run(() => project([n]));
    };
    const speaking = setInterval(speak, everyMs);
    for (let n = FIRST_SHOWN; n > FIRST_SHOWN - count; n -= BATCH)
      await queue.run(async () => {
        const batch = numbers(n - BATCH, BATCH);
        await store.projected(batch.map(eventId));
        await project(batch);
      });
    clearInterval(speaking);
    await queue.run(async () => undefined);
    return said;
  },
  shownAt: (): readonly (readonly [string, number])[] => [...shownAt],
};
export type LiveBench = typeof bench;
Object.assign(globalThis, { bench });
