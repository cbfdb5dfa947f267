/** `PageSource` inside the worker, where what the page tells comes in. Until it tells, the best is assumed. */
import type { PageSignals, PageSource } from '../engine-deps.ts';
import { createListeners } from '../listeners.ts';

export interface ToldPageSource extends PageSource {
  tell(signals: PageSignals): void;
}

export const createToldPageSource = (): ToldPageSource => {
  const listeners = createListeners<PageSignals>();
  let current: PageSignals = { online: true, visible: true };
  return {
    current: () => current,
    onChange: listeners.add,
    tell: (signals) => {
      if (signals.online === current.online && signals.visible === current.visible) return;
      current = signals;
      listeners.tell(signals);
    },
  };
};
