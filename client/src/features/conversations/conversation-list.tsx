import type { ConversationId } from '@kith/schema/ids';
import { useAtomValue } from 'jotai';
import { type KeyboardEvent, type ReactNode, type Ref, useLayoutEffect, useRef, useState } from 'react';
import { type CustomContainerComponentProps, Virtualizer, type VirtualizerHandle } from 'virtua';
import type { ConversationView } from '../../engine/views.ts';
import { useKith } from '../../state/use-kith.ts';
import { focusWhenShown } from '../../ui/focus-when-shown.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useIsStill } from '../../ui/still-context.ts';
import { useNow } from '../../ui/time-context.ts';
import { ConversationRow } from './conversation-row.tsx';

export interface ConversationListProps {
  readonly selected: ConversationId | null;
  /** Shown where there are no conversations yet. */
  readonly empty: ReactNode;
}

/** Most recently active first. Tab reaches one row, arrow keys the others. */
export const ConversationList = ({ selected, empty }: ConversationListProps) => {
  const conversations = useAtomValue(useKith().conversationsAtom);
  const now = useNow();
  const isStill = useIsStill();
  const listRef = useRef<VirtualizerHandle>(null);
  const boxRef = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<ConversationId | null>(null);
  const [wanted, setWanted] = useState<ConversationId | null>(null);

  useLayoutEffect(() => {
    if (wanted === null) return;
    focusWhenShown(() => boxRef.current?.querySelector<HTMLElement>(`a[href$="/${wanted}"]`));
    setWanted(null);
  }, [wanted]);

  if (conversations === undefined) return <Skeleton rows={6} label="Loading conversations" />;
  if (conversations.length === 0) return empty;

  const indexOf = (id: ConversationId | null) => conversations.findIndex((conversation) => conversation.id === id);
  const current = Math.max(0, indexOf(focused) >= 0 ? indexOf(focused) : indexOf(selected));
  const move = (event: KeyboardEvent) => {
    const to = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: conversations.length - 1 }[event.key];
    const target = to === undefined ? undefined : conversations[to];
    if (to === undefined || target === undefined) return;
    event.preventDefault();
    setFocused(target.id);
    setWanted(target.id);
    listRef.current?.scrollToIndex(to, { align: 'nearest' });
  };

  const row = (conversation: ConversationView, index: number) => (
    <ConversationRow
      key={conversation.id}
      conversation={conversation}
      selected={conversation.id === selected}
      now={now}
      focusable={index === current}
      onFocus={() => setFocused(conversation.id)}
    />
  );
  if (isStill)
    return (
      <div className={BOX}>
        <ul>
          {conversations.slice(0, rowsInSight()).map((conversation, index) => (
            <li key={conversation.id}>{row(conversation, index)}</li>
          ))}
        </ul>
      </div>
    );

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the links inside
    <div ref={boxRef} onKeyDown={move} className={BOX}>
      <Virtualizer
        ref={listRef}
        data={conversations}
        as={NamedList}
        item="li"
        scrollRef={boxRef}
        startMargin={PADDING}
        keepMounted={[current]}
      >
        {row}
      </Virtualizer>
    </div>
  );
};

const BOX = 'min-h-0 grow overflow-y-auto py-2 max-sm:pb-24';

/** One more than there is room for: what is higher than its box has a scroll bar. */
const rowsInSight = (): number => Math.ceil(window.innerHeight / ROW_PX) + 1;

/** `min-h-16`, in pixels. */
const ROW_PX = 64;

/** `py-2`, in pixels. */
const PADDING = 8;

const NamedList = ({ ref, ...rest }: CustomContainerComponentProps) => (
  <ul aria-label="Conversations" ref={ref as Ref<HTMLUListElement>} {...rest} />
);
