import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';

/** Nearer than this to the end counts as at the end. Pixels. */
const END_PX = 48;

export interface TimelineScroll {
  readonly boxRef: RefObject<HTMLDivElement | null>;
  readonly listRef: RefObject<VirtualizerHandle | null>;
  readonly atEnd: boolean;
  /** The same, for effects that run before the next render. */
  readonly isAtEnd: () => boolean;
  /** False until the first position is found: nothing is shown at a place where it does not stay. */
  readonly placed: boolean;
  readonly toEnd: () => void;
  readonly toIndex: (index: number, align: 'start' | 'center' | 'nearest') => void;
  /** To be called when the list scrolled, and when it was laid out anew. */
  readonly onScroll: () => void;
  readonly onResize: () => void;
  /** Rows in sight, first and last. */
  readonly inSight: () => { readonly first: number; readonly last: number };
  readonly offset: () => number;
}

/** Opens at `openAt`, or at the end; once at the end it stays there whatever comes in or changes its height. */
export const useScroll = (count: number, openAt: number | null): TimelineScroll => {
  const boxRef = useRef<HTMLDivElement>(null);
  const listRef = useRef<VirtualizerHandle>(null);
  const [atEnd, setAtEnd] = useState(openAt === null);
  const [placed, setPlaced] = useState(false);
  const atEndRef = useRef(openAt === null);
  const topRef = useRef(0);
  const sizeRef = useRef('');
  const countRef = useRef(count);
  countRef.current = count;

  const setEnd = useCallback((value: boolean) => {
    atEndRef.current = value;
    setAtEnd(value);
  }, []);
  const measure = useCallback(() => {
    const box = boxRef.current;
    if (box === null || box.clientHeight === 0) return;
    // What comes in, or a phone that is turned, moves the end away, too: whoever was there leaves it by scrolling up only.
    const size = `${box.clientWidth} ${box.clientHeight}`;
    const stays = atEndRef.current && (box.scrollTop >= topRef.current || size !== sizeRef.current);
    topRef.current = box.scrollTop;
    sizeRef.current = size;
    setEnd(stays || toEndPx(box) < END_PX);
  }, [setEnd]);
  const isAtEnd = useCallback(() => atEndRef.current && !isScrolledUp(boxRef.current, topRef.current), []);
  // Not the list's own way, which goes on pulling to the end for a while after somebody scrolled away from it.
  const toEnd = useCallback(() => {
    setEnd(true);
    const box = boxRef.current;
    if (box === null) return;
    box.scrollTop = box.scrollHeight;
    topRef.current = box.scrollTop;
  }, [setEnd]);
  const onResize = useCallback(() => {
    if (atEndRef.current) toEnd();
  }, [toEnd]);
  const toIndex = useCallback(
    (index: number, align: 'start' | 'center' | 'nearest') => listRef.current?.scrollToIndex(index, { align }),
    [],
  );

  const openAtRef = useRef(openAt);
  const isEmpty = count === 0;
  useLayoutEffect(() => {
    if (isEmpty) return;
    if (openAtRef.current === null) toEnd();
    else toIndex(openAtRef.current, 'start');
    // Two frames: the first measures the rows, the second has moved to them.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        setPlaced(true);
        measure();
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [isEmpty, toEnd, toIndex, measure]);

  const inSight = useCallback(() => {
    const list = listRef.current;
    if (list === null) return { first: 0, last: -1 };
    const last = list.findItemIndex(list.scrollOffset + list.viewportSize - 1);
    return { first: list.findItemIndex(list.scrollOffset), last: atEndRef.current ? countRef.current - 1 : last };
  }, []);
  // The box's own: the list hears of it a frame later, and would ask twice for what is above.
  const offset = useCallback(() => boxRef.current?.scrollTop ?? 0, []);

  return {
    ...{ boxRef, listRef, atEnd, isAtEnd, placed, toEnd, toIndex },
    ...{ onScroll: measure, onResize, inSight, offset },
  };
};

/** Up from where the box was last: the page tells of scrolling a frame later. What became lower ends where it ends. */
const isScrolledUp = (box: HTMLElement | null, topPx: number): boolean =>
  box !== null && box.scrollTop < topPx - END_PX && toEndPx(box) >= END_PX;

const toEndPx = (box: HTMLElement): number => box.scrollHeight - box.clientHeight - box.scrollTop;
