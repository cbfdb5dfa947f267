/**
 * Keeps the app's shell on the device: the files of one build, and nothing else. Answers of the server are never
 * cached: what is to be read offline is in the local store. [PWA-2] [PWA-3] The shell has in it what the app showed last. [PWA-6]
 *
 * A new version waits until the person agrees (`SKIP_WAITING`), so that no page runs half old, half new. Then every page
 * of an older one says that it follows (`FOLLOWS`) and loads anew; one that is silent is loaded anew from here. [PWA-4]
 */
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  type PrecacheEntry,
  precacheAndRoute,
} from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { answerNavigation } from './answer-navigation.ts';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: (PrecacheEntry | string)[] };

/** Paths that belong to the server; everything else is the app's. */
const SERVER_PATHS = [/^\/(api|sync|yjs|files|health|\.well-known)(\/|$)/];

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
const answer = answerNavigation({
  answerShell: createHandlerBoundToURL('/index.html'),
  caches: self.caches,
  now: () => new Date(),
});
registerRoute(new NavigationRoute(answer, { denylist: SERVER_PATHS }));

/** How long a page may take to say that it follows. One that was still loading, or broke, never will. */
const SILENCE_MS = 3_000;
const followers = new Set<string>();

self.addEventListener('message', ({ data, source }: ExtendableMessageEvent & { readonly data: unknown }) => {
  if (typeof data !== 'object' || data === null || !('type' in data)) return;
  if (data.type === 'SKIP_WAITING') void self.skipWaiting();
  if (data.type === 'FOLLOWS' && source instanceof Client) followers.add(source.id);
});

self.addEventListener('activate', (event) => event.waitUntil(takeOver()));

const takeOver = async (): Promise<void> => {
  // Until this worker claims the others, it controls the pages of older versions and no others.
  const older = await self.clients.matchAll({ type: 'window' });
  // The page that installed it is served by it, too: what it loads later must come from the same build.
  await self.clients.claim();
  setTimeout(() => {
    // It refuses where the page is gone or has been loaded anew: all is well then.
    for (const page of older) if (!followers.has(page.id)) void page.navigate(page.url).catch(() => undefined);
  }, SILENCE_MS);
};
