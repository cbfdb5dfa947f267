/** Calls when what is shown has changed and come to rest, in idle time, and when the page is hidden. */

/** Somebody who writes or scrolls is not at rest. */
const REST_MS = 2_000;
/** A page that is never idle is drawn all the same. */
const IDLE_PATIENCE_MS = 5_000;

export const whenAtRest = (page: Window & typeof globalThis, root: HTMLElement, listener: () => void): void => {
  let timer = 0;
  const idle = (): void => {
    // Safari has none.
    if (page.requestIdleCallback === undefined) listener();
    else page.requestIdleCallback(() => listener(), { timeout: IDLE_PATIENCE_MS });
  };
  const changed = (): void => {
    page.clearTimeout(timer);
    timer = page.setTimeout(idle, REST_MS);
  };
  new page.MutationObserver(changed).observe(root, { subtree: true, childList: true, characterData: true });
  page.addEventListener('resize', changed);
  page.document.addEventListener('visibilitychange', () => {
    if (page.document.visibilityState === 'hidden') listener();
  });
  changed();
};
