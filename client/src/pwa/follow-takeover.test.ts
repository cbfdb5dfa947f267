import { expect, test } from 'vitest';
import { createUnsaved } from '../state/unsaved.ts';
import { followTakeover } from './follow-takeover.ts';

/** A page that is controlled, as far as following goes. */
const openPage = () => {
  const told: unknown[] = [];
  let reloads = 0;
  const serviceWorker = Object.assign(new EventTarget(), {
    controller: { postMessage: (message: unknown) => told.push(message) },
  });
  const page = Object.assign(new EventTarget(), {
    navigator: { serviceWorker },
    location: { reload: () => reloads++ },
  }) as unknown as Window;
  return {
    page,
    told,
    reloads: () => reloads,
    takeOver: () => serviceWorker.dispatchEvent(new Event('controllerchange')),
  };
};

test('[PWA-4] a tab says at once that it follows, saves what is being written, then loads anew', async () => {
  const { page, told, reloads, takeOver } = openPage();
  const saved = Promise.withResolvers<boolean>();
  const unsaved = createUnsaved(() => new Promise(() => undefined));
  unsaved.add(() => saved.promise);
  followTakeover({ page, build: 'a', saveAll: unsaved.saveAll, onUnsaved: () => undefined });
  takeOver();
  expect(told).toEqual([{ type: 'FOLLOWS' }]);
  expect(reloads()).toBe(0);
  saved.resolve(true);
  await expect.poll(reloads).toBe(1);
});

test('[PWA-4] where what is being written cannot be saved, the person decides when to load anew', async () => {
  for (const save of [() => Promise.resolve(false), () => new Promise<boolean>(() => undefined)]) {
    const { page, reloads, takeOver } = openPage();
    const unsaved = createUnsaved(() => Promise.resolve());
    unsaved.add(save);
    const asked = Promise.withResolvers<() => void>();
    followTakeover({ page, build: 'a', saveAll: unsaved.saveAll, onUnsaved: asked.resolve });
    takeOver();
    const loadAnew = await asked.promise;
    expect(reloads()).toBe(0);
    loadAnew();
    expect(reloads()).toBe(1);
  }
});

test('[PWA-4] what was put away is not waited for', async () => {
  const unsaved = createUnsaved(() => new Promise(() => undefined));
  unsaved.add(() => Promise.resolve(false))();
  expect(await unsaved.saveAll()).toBe(true);
});
