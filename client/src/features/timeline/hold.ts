/**
 * After rows were put above the others, the list keeps its distance from the end until nothing scrolls any more. So what
 * is in sight would move as soon as a row below is measured and is not as high as was thought. This puts it back. [UI-27]
 *
 * What stays is the bottom of the topmost row in sight: the top goes up and down with the day and the author above it.
 */
import type { EventId } from '@kith/schema/ids';
import type { TimelineItem } from '../../engine/views.ts';

export interface Hold {
  /** Other items are shown than before; `shift`: with some above the others. */
  readonly onItems: (items: readonly TimelineItem[], shift: boolean) => void;
  readonly onScroll: () => void;
  /** Rows were measured, after the page told of all scrolling. */
  readonly onResize: () => void;
  /** Nothing scrolls any more, or somebody wants to be elsewhere. */
  readonly release: () => void;
}

export interface HoldDeps {
  readonly box: () => { scrollTop: number } | null;
  /** Offsets in pixels, from the top of the first row. */
  readonly list: () => { findItemIndex(offset: number): number; getItemOffset(index: number): number } | null;
}

export const createHold = ({ box, list }: HoldDeps): Hold => {
  let items: readonly TimelineItem[] = [];
  let held: { readonly row: EventId; readonly topPx: number } | null = null;

  const take = (): void => {
    const [inBox, rows] = [box(), list()];
    if (inBox === null || rows === null) return;
    const below = rows.findItemIndex(inBox.scrollTop) + 1;
    const row = items[below]?.message.eventId;
    held = row === undefined ? null : { row, topPx: rows.getItemOffset(below) - inBox.scrollTop };
  };
  return {
    onItems: (next, shift) => {
      items = next;
      if (held === null && shift) take();
    },
    onScroll: () => {
      if (held !== null) take();
    },
    onResize: () => {
      const [inBox, rows] = [box(), list()];
      if (held === null || inBox === null || rows === null) return;
      const { row, topPx } = held;
      const index = items.findIndex(({ message }) => message.eventId === row);
      if (index < 0) return take();
      const atPx = rows.getItemOffset(index) - topPx;
      if (inBox.scrollTop !== atPx) inBox.scrollTop = atPx;
    },
    release: () => {
      held = null;
    },
  };
};
