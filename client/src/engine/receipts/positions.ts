/**
 * Up to which arrival this device has every event. Arrivals come out of order and from several sides (notices, own
 * acknowledgements); the position moves over what is complete. A gap that stays is told. [ENG-8]
 */
import type { ConversationId } from '@kith/schema/ids';
import type { Timers } from '../engine-deps.ts';
import { createSerialQueue } from '../serial-queue.ts';
import type { LocalStore } from '../storage/local-store.ts';

export interface Positions {
  /** These events are in the tables. */
  reached(conversation: ConversationId, arrivals: readonly number[]): void;
  /** Everything up to here is, or is history that comes when it is asked for. */
  complete(conversation: ConversationId, arrival: number, incarnation: number): Promise<void>;
}

/** How long a gap may take to close by itself. */
const GAP_MS = 300;

export const createPositions = (deps: {
  readonly store: LocalStore;
  readonly timers: Timers;
  readonly onGap: (conversation: ConversationId) => void;
}): Positions => {
  const aheadByConversation = new Map<ConversationId, Set<number>>();
  const gapTimers = new Map<ConversationId, () => void>();
  const queue = createSerialQueue();

  const advance = async (conversation: ConversationId): Promise<void> => {
    const ahead = aheadByConversation.get(conversation);
    const row = await deps.store.conversation(conversation);
    if (ahead === undefined || row === null) return;
    let position = row.position;
    while (ahead.delete(position + 1)) position++;
    for (const arrival of ahead) if (arrival <= position) ahead.delete(arrival);
    if (position > row.position) await raise(deps.store, conversation, position);
    gapTimers.get(conversation)?.();
    gapTimers.delete(conversation);
    if (ahead.size > 0)
      gapTimers.set(
        conversation,
        deps.timers.after(GAP_MS, () => deps.onGap(conversation)),
      );
  };

  return {
    reached: (conversation, arrivals) => {
      const ahead = aheadByConversation.get(conversation) ?? new Set();
      aheadByConversation.set(conversation, ahead);
      const isIdle = ahead.size === 0;
      for (const arrival of arrivals) ahead.add(arrival);
      if (isIdle || arrivals.length > 0) void queue.run(() => advance(conversation));
    },
    complete: async (conversation, arrival, incarnation) => {
      await deps.store.updateConversation(conversation, (row) =>
        row.incarnation === incarnation
          ? { ...row, position: Math.max(row.position, arrival) }
          : { ...row, incarnation, position: arrival },
      );
      await queue.run(() => advance(conversation));
    },
  };
};

const raise = (store: LocalStore, conversation: ConversationId, position: number): Promise<void> =>
  store.updateConversation(conversation, (row) => ({ ...row, position: Math.max(row.position, position) }));
