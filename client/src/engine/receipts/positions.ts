/**
 * Up to which arrival this device has every event. Arrivals come out of order and from several sides (notices, own
 * acknowledgements); the position moves over what is complete. A gap that stays is told. [ENG-8]
 */
import type { ConversationId } from '@kith/schema/ids';
import type { EngineLog, Timers } from '../engine-deps.ts';
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
  readonly onMoved: (conversation: ConversationId) => void;
  readonly log: EngineLog;
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
    if (position > row.position) {
      await raise(deps.store, conversation, position);
      deps.onMoved(conversation);
    }
    gapTimers.get(conversation)?.();
    gapTimers.delete(conversation);
    if (ahead.size > 0)
      gapTimers.set(
        conversation,
        deps.timers.after(GAP_MS, () => deps.onGap(conversation)),
      );
  };

  /** The position stays behind: the next arrival, or the next connection, moves it. */
  const failed = (error: unknown): void => deps.log('error', 'a position was not kept', { error: String(error) });

  return {
    reached: (conversation, arrivals) => {
      if (arrivals.length === 0) return;
      const ahead = aheadByConversation.get(conversation) ?? new Set();
      aheadByConversation.set(conversation, ahead);
      for (const arrival of arrivals) ahead.add(arrival);
      queue.run(() => advance(conversation)).catch(failed);
    },
    complete: (conversation, arrival, incarnation) =>
      queue.run(async () => {
        const before = (await deps.store.conversation(conversation))?.incarnation ?? 0;
        // arrivals of a journal that is no more say nothing about this one's
        if (before !== 0 && before !== incarnation) aheadByConversation.delete(conversation);
        await deps.store.updateConversation(conversation, (now) =>
          now.incarnation === incarnation
            ? { ...now, position: Math.max(now.position, arrival) }
            : { ...now, incarnation, position: arrival },
        );
        await advance(conversation);
      }),
  };
};

const raise = (store: LocalStore, conversation: ConversationId, position: number): Promise<void> =>
  store.updateConversation(conversation, (row) => ({ ...row, position: Math.max(row.position, position) }));
