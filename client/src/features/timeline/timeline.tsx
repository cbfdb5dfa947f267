import type { EventId } from '@kith/schema/ids';
import { useAtomValue } from 'jotai';
import { MessagesSquare } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { Virtualizer } from 'virtua';
import type { ConversationView, TimelineItem, TimelineView } from '../../engine/views.ts';
import type { TimelineState } from '../../state/kith-state.ts';
import { useKith } from '../../state/use-kith.ts';
import { classNames } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { focusWhenShown } from '../../ui/focus-when-shown.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useNow, useTimeFormat } from '../../ui/time-context.ts';
import { FirstRows } from './first-rows.tsx';
import { MessageDetails } from './message-details.tsx';
import { MessageRow } from './message-row.tsx';
import { quotesOf } from './quotes.ts';
import { TimelineNotices } from './timeline-notices.tsx';
import { timelineRows } from './timeline-rows.ts';
import { useAfterPaint } from './use-after-paint.ts';
import { useArrivals, useNewLine } from './use-arrivals.ts';
import { useHold } from './use-hold.ts';
import { useMarkRead } from './use-mark-read.ts';
import { useOlder } from './use-older.ts';
import { useScroll } from './use-scroll.ts';
import { useShown } from './use-shown.ts';

/** Older messages are asked for when this little is left above. Pixels. */
const NEAR_TOP_PX = 2_000;

export const Timeline = ({ conversation }: { readonly conversation: ConversationView }) => {
  const timeline = useKith().timeline(conversation.id);
  const view = useAtomValue(timeline.viewAtom);
  if (view === undefined)
    return (
      <div className="min-h-0 grow overflow-hidden">
        <Skeleton rows={5} label="Loading messages" />
      </div>
    );
  return <OpenTimeline key={conversation.id} conversation={conversation} timeline={timeline} view={view} />;
};

interface OpenTimelineProps {
  readonly conversation: ConversationView;
  readonly timeline: TimelineState;
  readonly view: TimelineView;
}

/** Messages first: the list that scrolls measures its rows, and comes when those in sight are on the screen. */
const OpenTimeline = (props: OpenTimelineProps) => {
  const isPainted = useAfterPaint();
  const [isPlaced, setPlaced] = useState(props.view.items.length === 0);
  const onPlaced = useCallback(() => setPlaced(true), []);
  return (
    <div className="relative flex min-h-0 grow flex-col">
      {!isPlaced && <FirstRows conversation={props.conversation} view={props.view} />}
      {isPainted && <ScrolledTimeline {...props} onPlaced={onPlaced} />}
    </div>
  );
};

const ScrolledTimeline = ({
  conversation,
  timeline,
  view,
  onPlaced,
}: OpenTimelineProps & { readonly onPlaced: () => void }) => {
  const { id } = conversation;
  const items = useShown(view.items);
  const format = useTimeFormat();
  const now = useNow();
  const openAt = indexOf(items, view.firstUnread);
  const scroll = useScroll(items.length, openAt < 0 ? null : openAt);
  const newFrom = useNewLine(view.firstUnread, scroll.isAtEnd);
  const arrivals = useArrivals(items, scroll);
  const hold = useHold(items, arrivals.shift, scroll);
  const older = useOlder(id, timeline, view);
  const rows = useMemo(() => timelineRows(items, { newFrom, dayKey: format.dayKey }), [items, newFrom, format]);
  const quotes = useMemo(() => quotesOf(items), [items]);
  const [active, setActive] = useState<EventId | null>(null);
  const [wanted, setWanted] = useState<EventId | null>(null);
  const [details, setDetails] = useState<EventId | null>(null);
  const seen = useMarkRead(id, () => items[scroll.inSight().last]?.message.time ?? null);

  const { boxRef, placed, offset } = scroll;
  useEffect(() => {
    if (placed) onPlaced();
  }, [placed, onPlaced]);
  const { request } = older;
  const look = useCallback(() => {
    if (!placed) return;
    seen();
    if (offset() < NEAR_TOP_PX) request();
  }, [placed, offset, seen, request]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is in sight changes with the items, too
  useEffect(look, [look, items]);
  useEffect(() => {
    if (items.length === 0) request();
  }, [items, request]);

  useLayoutEffect(() => {
    if (wanted === null) return;
    focusWhenShown(() => boxRef.current?.querySelector<HTMLElement>(`[data-event="${wanted}"]`));
    setWanted(null);
  }, [wanted, boxRef]);

  const current = indexOf(items, active) >= 0 ? indexOf(items, active) : items.length - 1;
  const goTo = (index: number, align: 'start' | 'center' | 'nearest') => {
    const target = items[index]?.message.eventId;
    if (target === undefined) return;
    setActive(target);
    setWanted(target);
    hold.release();
    scroll.toIndex(index, align);
  };
  const move = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement && event.target.dataset['event'])) return;
    const to = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    goTo(to, 'nearest');
  };
  const showDetails = items[indexOf(items, details)];

  return (
    <>
      <div
        ref={boxRef}
        role="log"
        aria-label="Messages"
        aria-live="off"
        aria-busy={!placed && items.length > 0}
        onKeyDown={move}
        className={classNames(
          'flex min-h-0 grow flex-col overflow-y-auto overscroll-contain [overflow-anchor:none] [scrollbar-gutter:stable]',
          !placed && items.length > 0 && 'opacity-0',
        )}
      >
        {items.length > 0 && <div className="grow" />}
        {items.length === 0 && !view.moreElsewhere && <NothingSaid conversation={conversation} />}
        <Virtualizer
          ref={scroll.listRef}
          scrollRef={boxRef}
          data={rows}
          shift={arrivals.shift}
          keepMounted={current >= 0 ? [current] : []}
          onScroll={() => {
            scroll.onScroll();
            hold.onScroll();
            look();
          }}
          onScrollEnd={hold.release}
          onResize={() => {
            hold.onResize();
            scroll.onResize();
          }}
        >
          {(row, index) => (
            <MessageRow
              key={row.item.message.eventId}
              row={row}
              now={now}
              showAuthor={conversation.kind !== 'direct'}
              quoted={quotes.get(row.item.message.eventId) ?? null}
              beginning={index === 0 && !view.moreHere && !view.moreElsewhere}
              focusable={index === current}
              onFocus={setActive}
              onOpen={setDetails}
            />
          )}
        </Virtualizer>
      </div>
      <TimelineNotices
        older={older}
        arrivals={arrivals}
        atEnd={scroll.atEnd || !placed}
        onToEnd={scroll.toEnd}
        onToLate={(first) => goTo(indexOf(items, first), 'center')}
      />
      {showDetails && <MessageDetails conversation={id} item={showDetails} onClose={() => setDetails(null)} />}
    </>
  );
};

const NothingSaid = ({ conversation }: { readonly conversation: ConversationView }) => (
  <EmptyState icon={MessagesSquare} title="Nothing said yet">
    <p className="text-muted">
      {conversation.kind === 'self'
        ? 'What you write here is for you, on all your devices.'
        : 'Write the first message. It goes out when the server can be reached.'}
    </p>
  </EmptyState>
);

const indexOf = (items: readonly TimelineItem[], id: EventId | null): number =>
  id === null ? -1 : items.findLastIndex(({ message }) => message.eventId === id);
