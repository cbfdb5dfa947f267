import type { EventId } from '@kith/schema/ids';
import { type KeyboardEvent, memo } from 'react';
import { Avatar } from '../../ui/avatar.tsx';
import { classNames } from '../../ui/class-names.ts';
import { hueOf } from '../../ui/person-look.ts';
import { useTimeFormat } from '../../ui/time-context.ts';
import { MessageBody } from './message-body.tsx';
import { MessageMeta } from './message-meta.tsx';
import type { Quote } from './quotes.ts';
import { RefusedActions } from './refused-actions.tsx';
import { authorKey, type TimelineRow } from './timeline-rows.ts';

export interface MessageRowProps {
  readonly row: TimelineRow;
  readonly now: number;
  /** With nobody else here, names and faces say nothing. */
  readonly showAuthor: boolean;
  /** What it answers, where that is on this device. */
  readonly quoted: Quote | null;
  /** The first of the whole history. */
  readonly beginning: boolean;
  readonly focusable: boolean;
  /** Both the same from render to render: scrolling does not render the rows in sight again. */
  readonly onFocus: (id: EventId) => void;
  readonly onOpen: (id: EventId) => void;
}

export const MessageRow = memo((props: MessageRowProps) => {
  const { row, now, showAuthor, quoted, beginning, focusable, onFocus, onOpen } = props;
  const { item, ownSide, startsDay, startsNew, startsGroup, endsGroup, saidAt } = row;
  const format = useTimeFormat();
  const key = authorKey(item);
  const open = () => onOpen(item.message.eventId);
  const openByKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && event.target === event.currentTarget) open();
  };
  const face = !ownSide && showAuthor;
  return (
    <div className={classNames('mx-auto w-full max-w-3xl px-3', startsGroup ? 'pt-3' : 'pt-0.5')}>
      {beginning && <p className="pt-4 pb-2 text-center text-muted text-small">The beginning of this conversation</p>}
      {startsDay && (
        <h2 className="py-2 text-center font-medium text-muted text-small">
          <time dateTime={new Date(saidAt).toISOString()}>{format.day(saidAt, now)}</time>
        </h2>
      )}
      {startsNew && <NewLineMark />}
      <article
        tabIndex={focusable ? 0 : -1}
        data-event={item.message.eventId}
        aria-label={`${item.own ? 'You' : item.author}, ${format.time(saidAt)}`}
        onFocus={() => onFocus(item.message.eventId)}
        onKeyDown={openByKey}
        className={classNames('flex gap-2 rounded-2xl', ownSide && 'justify-end')}
      >
        {face && (
          <span className="w-8 shrink-0 self-end">
            {endsGroup && <Avatar id={key} name={item.author} size="small" />}
          </span>
        )}
        <div
          className={classNames('flex min-w-0 max-w-[min(34rem,82%)] flex-col', ownSide ? 'items-end' : 'items-start')}
        >
          <div
            className={classNames(
              'flow-root max-w-full rounded-2xl px-3 py-1.5',
              ownSide ? 'bg-own' : 'bg-bubble',
              endsGroup && (ownSide ? 'rounded-br-md' : 'rounded-bl-md'),
            )}
          >
            {face && startsGroup && (
              <p data-hue={hueOf(key)} className="person-ink truncate font-semibold text-small">
                <bdi>{item.author}</bdi>
              </p>
            )}
            {quoted && (
              <blockquote className="my-1 border-accent border-l-2 pl-2 text-muted text-small">
                <bdi className="block truncate font-medium">{quoted.author}</bdi>
                <bdi className="block truncate">{quoted.text}</bdi>
              </blockquote>
            )}
            <MessageBody message={item.message} />
            <MessageMeta row={row} onOpen={open} />
          </div>
          {item.refused && <RefusedActions item={item} reason={item.refused} />}
        </div>
      </article>
    </div>
  );
});

const NewLineMark = () => (
  <p className="flex items-center gap-3 py-2 font-medium text-accent text-small">
    <span aria-hidden="true" className="h-px grow bg-accent" />
    New
    <span aria-hidden="true" className="h-px grow bg-accent" />
  </p>
);
