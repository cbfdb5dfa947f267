import { useLayoutEffect, useState } from 'react';
import type { TimelineItem } from '../../engine/views.ts';
import { createHold, type Hold } from './hold.ts';
import type { TimelineScroll } from './use-scroll.ts';

/** `shift`: whether this render puts rows above the others. */
export const useHold = (
  items: readonly TimelineItem[],
  shift: boolean,
  { boxRef, listRef }: Pick<TimelineScroll, 'boxRef' | 'listRef'>,
): Hold => {
  const [hold] = useState(() => createHold({ box: () => boxRef.current, list: () => listRef.current }));
  useLayoutEffect(() => hold.onItems(items, shift), [hold, items, shift]);
  return hold;
};
