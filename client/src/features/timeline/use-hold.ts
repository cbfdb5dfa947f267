import { useLayoutEffect, useState } from 'react';
import type { TimelineItem } from '../../engine/views.ts';
import { createHold, type Hold } from './hold.ts';
import type { TimelineScroll } from './use-scroll.ts';

/** `shift`: whether this render puts rows above the others. Who is at the end stays there, and needs no hold. */
export const useHold = (
  items: readonly TimelineItem[],
  shift: boolean,
  { boxRef, listRef, isAtEnd }: Pick<TimelineScroll, 'boxRef' | 'listRef' | 'isAtEnd'>,
): Hold => {
  const [hold] = useState(() => createHold({ box: () => boxRef.current, list: () => listRef.current }));
  useLayoutEffect(() => hold.onItems(items, shift && !isAtEnd()), [hold, items, shift, isAtEnd]);
  return hold;
};
