import { expect, test } from 'vitest';
import { createMemoryLocalStore } from '../storage/memory-local-store.ts';
import { sampleOutboxEvent, sampleOwnMessage } from '../storage/test/local-store-samples.ts';
import { createFlusher } from './flusher.ts';

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

test('[OUT-1] what is woken in between waits no longer for that; what was waited for in vain does', async () => {
  const store = createMemoryLocalStore();
  await store.enqueueEvent(sampleOutboxEvent(1), sampleOwnMessage(1));
  const waits: { readonly ms: number; readonly run: () => void }[] = [];
  const flusher = createFlusher({
    store,
    isOnline: () => true,
    now: () => 0,
    clock: { now: () => 0 },
    // no way to any document: each try fails
    replicas: {
      head: () => ({ replica: { whenReady: () => Promise.reject(new Error('no way')) }, release: () => {} }),
    },
    timers: {
      after: (ms: number, run: () => void) => {
        waits.push({ ms, run });
        return () => {};
      },
    },
    log: () => {},
    onSlowed: () => {},
  } as never);
  const failed = async (times: number): Promise<void> => {
    while (waits.length < times) await turn();
  };
  for (const times of [1, 2, 3]) {
    flusher.wake();
    await failed(times);
  }
  expect(waits.map(({ ms }) => ms)).toEqual([500, 500, 500]);
  waits.at(-1)?.run();
  await failed(4);
  expect(waits.at(-1)?.ms).toBe(1_000);
  await flusher.close();
});
