import type { EventId } from '@kith/schema/ids';
import { useSetAtom } from 'jotai';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { TimelineItem } from '../../engine/views.ts';
import { announceAtom } from '../../state/interface-atoms.ts';
import { nextNewLine, openNewLine } from './new-line.ts';
import { announcement, timelineChange } from './timeline-change.ts';
import type { TimelineScroll } from './use-scroll.ts';

export interface Arrivals {
  /** True in the render in which rows were put above the others. */
  readonly shift: boolean;
  /** How many came in below what is in sight. */
  readonly behind: number;
  /** Came in above what is in sight, with the place of the first. */
  readonly late: { readonly count: number; readonly first: EventId } | null;
  readonly dismissLate: () => void;
}

/** Follows, counts and announces what comes in; nothing slips in unseen. */
export const useArrivals = (items: readonly TimelineItem[], scroll: TimelineScroll): Arrivals => {
  const announce = useSetAtom(announceAtom);
  const shownRef = useRef(items);
  const [behind, setBehind] = useState(0);
  const [late, setLate] = useState<Arrivals['late']>(null);
  const change = useMemo(() => timelineChange(shownRef.current, items), [items]);
  const { isAtEnd, toEnd, inSight, atEnd } = scroll;

  useLayoutEffect(() => {
    shownRef.current = items;
    const { appended, late: between } = change;
    if (appended.length > 0) {
      if (isAtEnd() || appended.some(({ own }) => own)) toEnd();
      else setBehind((count) => count + appended.length);
    }
    const firstInSight = items[inSight().first]?.message.time ?? 0;
    const above = between.filter(({ message }) => message.time < firstInSight);
    const first = above[0]?.message.eventId;
    if (first !== undefined) setLate((before) => ({ count: above.length + (before?.count ?? 0), first }));
    const spoken = announcement(appended);
    if (spoken !== null) announce(spoken);
  }, [items, change, isAtEnd, toEnd, inSight, announce]);

  useLayoutEffect(() => {
    if (atEnd) setBehind(0);
  }, [atEnd]);

  return { shift: change.prepended > 0, behind, late, dismissLate: () => setLate(null) };
};

/** The message above which "New" stands, from opening the conversation to leaving it. */
export const useNewLine = (firstUnread: EventId | null, isAtEnd: () => boolean): EventId | null => {
  const [line, setLine] = useState(() => openNewLine(firstUnread));
  useLayoutEffect(() => {
    const away = document.visibilityState === 'hidden' || !isAtEnd();
    setLine((before) => nextNewLine(before, firstUnread, away));
  }, [firstUnread, isAtEnd]);
  return line.at;
};
