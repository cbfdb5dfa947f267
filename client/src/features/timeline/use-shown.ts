import { useLayoutEffect, useMemo, useReducer, useRef } from 'react';
import type { TimelineItem } from '../../engine/views.ts';
import { nextShown } from './timeline-change.ts';

/** `items`, by way of what must be shown before; all within one frame. */
export const useShown = (items: readonly TimelineItem[]): readonly TimelineItem[] => {
  const shownRef = useRef(items);
  const [step, goOn] = useReducer((count: number) => count + 1, 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every step begins where the one before it ended
  const shown = useMemo(() => nextShown(shownRef.current, items), [items, step]);
  useLayoutEffect(() => {
    shownRef.current = shown;
    if (shown !== items) goOn();
  }, [shown, items]);
  return shown;
};
