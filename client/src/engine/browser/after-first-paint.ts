/**
 * Runs `start` once the first frame is on the screen, so that starting the worker costs it nothing. A page that is not
 * shown paints no frames: there the fallback comes first. Returns a cancel.
 */
export const afterFirstPaint = (page: Window, start: () => void, fallbackMs = 1_000): (() => void) => {
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    page.clearTimeout(timer);
    start();
  };
  const timer = page.setTimeout(once, fallbackMs);
  // The first callback runs before the frame is painted; a task posted from it runs after.
  page.requestAnimationFrame(() => page.setTimeout(once));
  return () => {
    done = true;
    page.clearTimeout(timer);
  };
};
