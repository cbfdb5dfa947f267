/** What only the page knows, and when it changes. */
import type { PageSignals } from '../engine-deps.ts';

export const pageSignals = (page: Window): PageSignals => ({
  online: page.navigator.onLine,
  visible: page.document.visibilityState === 'visible',
});

/** Returns a stop. */
export const onPageChange = (page: Window, listener: () => void): (() => void) => {
  const stop = new AbortController();
  const { signal } = stop;
  page.addEventListener('online', listener, { signal });
  page.addEventListener('offline', listener, { signal });
  page.document.addEventListener('visibilitychange', listener, { signal });
  return () => stop.abort();
};
