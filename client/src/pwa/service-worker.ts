/**
 * Keeps the app's shell on the device: the files of one build, and nothing else. Answers of the server are never
 * cached: what is to be read offline is in the local store. [PWA-2] [PWA-3]
 *
 * A new version waits until the person agrees (`SKIP_WAITING`), so that no page runs half old, half new. [PWA-4]
 */
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  type PrecacheEntry,
  precacheAndRoute,
} from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: (PrecacheEntry | string)[] };

/** Paths that belong to the server; everything else is the app's. */
const SERVER_PATHS = [/^\/(api|sync|yjs|files|health|\.well-known)(\/|$)/];

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: SERVER_PATHS }));

self.addEventListener('message', (event) => {
  const data: unknown = event.data;
  if (typeof data === 'object' && data !== null && 'type' in data && data.type === 'SKIP_WAITING')
    void self.skipWaiting();
});

// The page that installed it is served by it, too: what it loads later must come from the same build.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
