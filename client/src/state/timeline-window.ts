/**
 * What a timeline holds on to while it is open. The view gives the newest `limit` messages, so each arrival would push
 * the oldest one out and move what is being read; this keeps it, and says how far the next read must reach. [UI-3]
 */
import type { TimelineItem, TimelineView } from '../engine/views.ts';

export const PAGE = 50;

/**
 * `next` with the messages that `shown` had above it. Nothing is kept when the two do not overlap (the copy on this
 * device was replaced), or when `next` says that nothing is above.
 */
export const keepAbove = (shown: TimelineView | undefined, next: TimelineView): TimelineView => {
  const first = next.items[0];
  if (shown === undefined || first === undefined || !next.moreHere) return next;
  const overlap = shown.items.findIndex((item) => idOf(item) === idOf(first));
  return overlap <= 0 ? next : { ...next, items: [...shown.items.slice(0, overlap), ...next.items] };
};

/** `next` without what it has above `shown`: reads are whole pages, what is shown grows when it is asked to. */
export const cutAbove = (shown: TimelineView | undefined, next: TimelineView): TimelineView => {
  const first = shown?.items[0];
  const above = first === undefined ? 0 : next.items.findIndex((item) => idOf(item) === idOf(first));
  return above <= 0 ? next : { ...next, items: next.items.slice(above), moreHere: true };
};

/** A limit that covers `shown` messages, in whole pages, so that it changes seldom. */
export const limitFor = (shown: number): number => Math.max(1, Math.ceil(shown / PAGE)) * PAGE;

const idOf = (item: TimelineItem): string => item.message.eventId;
