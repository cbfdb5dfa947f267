/** What changed between two states of an open timeline: what to follow, to count and to announce. [UI-16] */
import type { TimelineItem } from '../../engine/views.ts';

export interface TimelineChange {
  /** Rows added above everything that was there. */
  readonly prepended: number;
  /** Added below everything that was there. */
  readonly appended: readonly TimelineItem[];
  /** Others' messages that came in between: they were written earlier and arrived late. */
  readonly late: readonly TimelineItem[];
}

const NOTHING: TimelineChange = { prepended: 0, appended: [], late: [] };

export const timelineChange = (before: readonly TimelineItem[], after: readonly TimelineItem[]): TimelineChange => {
  if (before === after || before.length === 0) return NOTHING;
  const known = new Set(before.map(idOf));
  const first = after.findIndex((item) => known.has(idOf(item)));
  if (first < 0) return NOTHING; // another history altogether: shown as if opened anew
  const last = after.findLastIndex((item) => known.has(idOf(item)));
  return {
    prepended: first,
    appended: after.slice(last + 1),
    late: after.slice(first, last + 1).filter((item) => !known.has(idOf(item)) && !item.own),
  };
};

/**
 * What to show first on the way from `before` to `after`, so that rows are never added above and elsewhere at once: the
 * list takes what is added at the top for all that is added. [UI-27]
 */
export const nextShown = (before: readonly TimelineItem[], after: readonly TimelineItem[]): readonly TimelineItem[] => {
  const { prepended } = timelineChange(before, after);
  if (prepended === 0 || after.length === before.length + prepended) return after;
  return [...after.slice(0, prepended), ...before];
};

const SPOKEN = 3;
const SPOKEN_LENGTH = 200;

/** For the live region: what others said, or how much when it is a lot. Null when there is nothing to say. */
export const announcement = (appended: readonly TimelineItem[]): string | null => {
  const others = appended.filter(({ own }) => !own);
  if (others.length === 0) return null;
  if (others.length > SPOKEN) return `${others.length} new messages`;
  return others.map((item) => `${item.author}: ${spoken(item)}`).join('. ');
};

const spoken = ({ message }: TimelineItem): string =>
  message.state === 'shown' ? message.text.slice(0, SPOKEN_LENGTH) : 'a message that cannot be shown';

const idOf = ({ message }: TimelineItem): string => message.eventId;
