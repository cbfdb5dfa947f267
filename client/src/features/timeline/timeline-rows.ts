/**
 * From messages to rows. Day line, "New" line and author are parts of the row that they stand above, not rows of their
 * own: so there is one row a message, and what is prepended shifts the list by exactly its count. [UI-15]
 */
import type { Message } from '@kith/schema/fold/message';
import { hlcToMs } from '@kith/schema/hlc';
import type { EventId } from '@kith/schema/ids';
import type { TimelineItem } from '../../engine/views.ts';

export interface TimelineRow {
  readonly item: TimelineItem;
  /** When it was said, ms since 1970. */
  readonly saidAt: number;
  /** On own side: own messages, but not what one imported from others. */
  readonly ownSide: boolean;
  /** First of a calendar day: the day's line stands above. */
  readonly startsDay: boolean;
  /** First that was not read when the conversation was opened: the "New" line stands above. */
  readonly startsNew: boolean;
  readonly startsGroup: boolean;
  readonly endsGroup: boolean;
}

export const GROUP_MS = 5 * 60_000;

export interface RowOptions {
  readonly newFrom: EventId | null;
  /** Equal for times of one calendar day. */
  readonly dayKey: (ms: number) => string;
}

/** O(n), pure. */
export const timelineRows = (items: readonly TimelineItem[], { newFrom, dayKey }: RowOptions): TimelineRow[] => {
  const starts = items.map((item, index) => {
    const before = items[index - 1];
    const startsDay = before === undefined || dayKey(saidAt(before.message)) !== dayKey(saidAt(item.message));
    const startsNew = item.message.eventId === newFrom;
    return { startsDay, startsNew, startsGroup: startsDay || startsNew || !isOneGroup(before, item) };
  });
  return items.map((item, index) => ({
    item,
    saidAt: saidAt(item.message),
    ownSide: item.own && !isImported(item.message),
    startsDay: starts[index]?.startsDay ?? false,
    startsNew: starts[index]?.startsNew ?? false,
    startsGroup: starts[index]?.startsGroup ?? false,
    endsGroup: starts[index + 1]?.startsGroup ?? true,
  }));
};

/** What the source says of imported messages, the author's clock of others. */
export const saidAt = (message: Message): number =>
  message.state === 'shown' && message.imported !== null ? message.imported.at : hlcToMs(message.time);

export const isImported = (message: Message): boolean => message.state === 'shown' && message.imported !== null;

/** Whose message it is shown as: importers stand for many people. */
export const authorKey = ({ message, author }: TimelineItem): string =>
  isImported(message) ? `imported:${author}` : message.account;

const isOneGroup = (before: TimelineItem, item: TimelineItem): boolean => {
  const gapMs = saidAt(item.message) - saidAt(before.message);
  return authorKey(before) === authorKey(item) && gapMs >= 0 && gapMs < GROUP_MS;
};
