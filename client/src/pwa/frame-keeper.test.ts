import { expect, test } from 'vitest';
import { FRAME_CACHE, FRAME_KEY } from './first-frame.ts';
import { createFrameKeeper } from './frame-keeper.ts';
import { createMemoryCaches } from './test/memory-caches.ts';
import { sampleFrame } from './test/sample-frame.ts';

const keptIn = async (caches: CacheStorage): Promise<string | undefined> =>
  (await caches.match(FRAME_KEY, { cacheName: FRAME_CACHE }))?.text();

test('[PWA-6] one frame is kept: the last', async () => {
  const caches = createMemoryCaches();
  const frames = createFrameKeeper(caches);
  await frames.keep(sampleFrame({ html: 'first' }));
  await frames.keep(sampleFrame({ html: 'second' }));
  expect(JSON.parse((await keptIn(caches)) ?? '')).toEqual(sampleFrame({ html: 'second' }));
  await frames.keep(sampleFrame({ html: 'x'.repeat(300_001) }));
  expect(await caches.keys()).toEqual([]);
});

test('[PWA-7] what is forgotten while it is being kept is gone', async () => {
  const caches = createMemoryCaches();
  const frames = createFrameKeeper(caches);
  await Promise.all([frames.keep(sampleFrame()), frames.forget()]);
  expect(await caches.keys()).toEqual([]);
});

test('[PWA-7] a failure to keep one does not stand in the way of forgetting it', async () => {
  const caches = createMemoryCaches();
  await createFrameKeeper(caches).keep(sampleFrame());
  const full: CacheStorage = { ...caches, open: () => Promise.reject(new DOMException('full', 'QuotaExceededError')) };
  const frames = createFrameKeeper(full);
  await expect(frames.keep(sampleFrame())).rejects.toThrow('full');
  await frames.forget();
  expect(await caches.keys()).toEqual([]);
});

test('[PWA-6] without caches nothing is kept, and nothing fails', async () => {
  const frames = createFrameKeeper(undefined);
  await frames.keep(sampleFrame());
  await frames.forget();
});
