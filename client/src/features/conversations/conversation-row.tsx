import { NotebookPen } from 'lucide-react';
import type { Ref } from 'react';
import { Link } from 'wouter';
import type { ConversationView } from '../../engine/views.ts';
import { PATHS } from '../../state/paths.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Tick } from '../../ui/tick.tsx';
import { useTimeFormat } from '../../ui/time-context.ts';
import { titleOf } from '../../ui/title-of.ts';
import { lastLine, unreadBadge } from './last-line.ts';

export interface ConversationRowProps {
  readonly conversation: ConversationView;
  readonly selected: boolean;
  readonly now: number;
  /** The one row of the list that Tab reaches. */
  readonly focusable: boolean;
  readonly onFocus: () => void;
  readonly ref?: Ref<HTMLAnchorElement>;
}

export const ConversationRow = ({ conversation, selected, now, focusable, onFocus, ref }: ConversationRowProps) => {
  const format = useTimeFormat();
  const { id, kind, last, activeAt, unread } = conversation;
  const line = lastLine(conversation);
  const badge = unreadBadge(unread, format.number);
  return (
    <Link
      ref={ref}
      href={PATHS.conversation(id)}
      aria-current={selected ? 'page' : undefined}
      tabIndex={focusable ? 0 : -1}
      onFocus={onFocus}
      className={classNames(
        'mx-2 flex min-h-16 items-center gap-3 rounded-xl px-2.5 py-2 -outline-offset-2',
        selected ? 'bg-accent-soft' : 'hover:bg-sunken',
      )}
    >
      {kind === 'self' ? (
        <span className="flex size-11 shrink-0 items-center justify-center rounded-[30%] bg-accent text-on-accent">
          <NotebookPen aria-hidden="true" size={20} strokeWidth={1.75} />
        </span>
      ) : (
        <Avatar id={id} name={titleOf(conversation)} shape={kind === 'direct' ? 'person' : 'group'} />
      )}
      <span className="flex min-w-0 grow flex-col">
        <span className="flex items-baseline gap-2">
          <bdi className={classNames('grow truncate', badge ? 'font-semibold' : 'font-medium')}>
            {titleOf(conversation)}
          </bdi>
          <time dateTime={new Date(activeAt).toISOString()} className="shrink-0 text-muted text-tiny">
            {format.short(activeAt, now)}
          </time>
        </span>
        <span className="flex items-center gap-1.5 text-muted text-small">
          {last?.own && last.tick && !line.isDraft && <Tick tick={last.tick} />}
          <span className="grow truncate">
            {line.lead && (
              <>
                <bdi className={line.isDraft ? 'text-danger' : 'text-ink'}>{line.lead}</bdi>
                {': '}
              </>
            )}
            <bdi>{line.text}</bdi>
          </span>
          {badge && (
            <span className="flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full bg-accent px-1.5 font-semibold text-on-accent text-tiny">
              <span aria-hidden="true">{badge.text}</span>
              <span className="sr-only">{badge.name}</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  );
};
