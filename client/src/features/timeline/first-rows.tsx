import { useMemo } from 'react';
import type { ConversationView, TimelineView } from '../../engine/views.ts';
import { classNames } from '../../ui/class-names.ts';
import { useNow, useTimeFormat } from '../../ui/time-context.ts';
import { MessageRow } from './message-row.tsx';
import { quotesOf } from './quotes.ts';
import { timelineRows } from './timeline-rows.ts';

/** Hardly a row is lower: there are enough to fill the page. Pixels. */
const LEAST_ROW_PX = 44;

export interface FirstRowsProps {
  readonly conversation: ConversationView;
  readonly view: TimelineView;
}

/**
 * The rows that are in sight when a timeline opens, where they will be, without measuring any. To look at only: it gives
 * way to the list that scrolls as soon as that has found the same place.
 */
export const FirstRows = ({ conversation, view }: FirstRowsProps) => {
  const format = useTimeFormat();
  const now = useNow();
  const { items, firstUnread } = view;
  const rows = useMemo(
    () => timelineRows(items, { newFrom: firstUnread, dayKey: format.dayKey }),
    [items, firstUnread, format],
  );
  const quotes = useMemo(() => quotesOf(items), [items]);
  const most = Math.ceil(window.innerHeight / LEAST_ROW_PX);
  const newAt = rows.findIndex(({ startsNew }) => startsNew);
  // What is new begins at the top edge, unless it is less than a screenful.
  const isAtEnd = newAt < 0 || rows.length - newAt < most;
  const first = isAtEnd ? Math.max(0, rows.length - most) : newAt;
  return (
    <div
      aria-hidden="true"
      inert
      className={classNames(
        'pointer-events-none absolute inset-0 flex flex-col overflow-hidden [scrollbar-gutter:stable]',
        isAtEnd && 'justify-end',
      )}
    >
      {rows.slice(first, first + most).map((row, index) => (
        <MessageRow
          key={row.item.message.eventId}
          row={row}
          now={now}
          showAuthor={conversation.kind !== 'direct'}
          quoted={quotes.get(row.item.message.eventId) ?? null}
          beginning={first + index === 0 && !view.moreHere && !view.moreElsewhere}
          focusable={false}
          onFocus={noop}
          onOpen={noop}
        />
      ))}
    </div>
  );
};

const noop = (): void => undefined;
