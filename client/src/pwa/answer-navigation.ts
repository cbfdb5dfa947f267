/** In the service worker: the answer to a navigation is the shell, and what the app showed last where that fits. [PWA-6] */
import type { createHandlerBoundToURL } from 'workbox-precaching';
import { dayOf, type FirstFrame, FRAME_CACHE, FRAME_KEY, parseFirstFrame } from './first-frame.ts';
import { shellWithFrame } from './shell-with-frame.ts';

type NavigationHandler = ReturnType<typeof createHandlerBoundToURL>;

export interface AnswerNavigationDeps {
  readonly answerShell: NavigationHandler;
  readonly caches: CacheStorage;
  readonly now: () => Date;
}

export const answerNavigation =
  ({ answerShell, caches, now }: AnswerNavigationDeps): NavigationHandler =>
  async (options) => {
    const { pathname } = options.url;
    const [shell, frame] = await Promise.all([answerShell(options), readFrame(caches)]);
    if (frame === null || frame.path !== pathname || frame.day !== dayOf(now())) return shell;
    const text = shellWithFrame(await shell.clone().text(), frame);
    return text === null ? shell : new Response(text, { headers: headersOf(shell) });
  };

/** Anything wrong with it counts as none: the app starts without. */
const readFrame = async (caches: CacheStorage): Promise<FirstFrame | null> => {
  try {
    const kept = await caches.match(FRAME_KEY, { cacheName: FRAME_CACHE });
    return kept === undefined ? null : parseFirstFrame(await kept.text());
  } catch {
    return null;
  }
};

/** The security policy above all; but not what is said of the bytes. */
const headersOf = (shell: Response): Headers => {
  const headers = new Headers(shell.headers);
  for (const name of ['content-encoding', 'content-length', 'etag']) headers.delete(name);
  return headers;
};
