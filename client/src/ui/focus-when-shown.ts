/** A row far away is mounted first and made visible once it is measured; only then it takes focus. Frames to wait. */
const PATIENCE = 20;

/** Focuses what `find` gives as soon as it can be focused, without scrolling: the list does that itself. */
export const focusWhenShown = (find: () => HTMLElement | null | undefined, frames = PATIENCE): void => {
  const target = find();
  target?.focus({ preventScroll: true });
  if (frames === 0 || (target && document.activeElement === target)) return;
  requestAnimationFrame(() => focusWhenShown(find, frames - 1));
};
