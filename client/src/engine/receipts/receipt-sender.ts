/** Tells the server what this device has and what the person has read; the greatest counts, repeats cost little. [ENG-8] */
import type { ConversationId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import type { ClientMessage } from '@kith/schema/sync-message';
import type { Timers } from '../engine-deps.ts';
import type { ConversationRow, LocalStore } from '../storage/local-store.ts';

export interface ReceiptSender {
  /** A new channel: say everything that changed since the last one, anew. */
  channelOpened(): void;
  close(): void;
}

/** Changes of this long are told together. */
const TOGETHER_MS = 150;

export const createReceiptSender = (deps: {
  readonly store: LocalStore;
  readonly timers: Timers;
  readonly isOpen: () => boolean;
  readonly send: (message: ClientMessage) => void;
}): ReceiptSender => {
  const told = new Map<ConversationId, { readonly stored: number; readonly read: number }>();
  let rows: readonly ConversationRow[] = [];
  let cancel: (() => void) | null = null;

  const flush = (): void => {
    cancel = null;
    if (!deps.isOpen()) return;
    const changed = rows.filter(({ id, state, position, readArrival }) => {
      const last = told.get(id);
      return state === 'joined' && (position > (last?.stored ?? 0) || readArrival > (last?.read ?? 0));
    });
    for (let i = 0; i < changed.length; i += LIMITS.receiptsPerMessage) {
      const some = changed.slice(i, i + LIMITS.receiptsPerMessage);
      const receipts = some.map(({ id, position, readArrival }) => ({
        conversation: id,
        ...(position > 0 ? { stored: position } : {}),
        ...(readArrival > 0 ? { read: readArrival } : {}),
      }));
      deps.send({ type: 'receipts', receipts });
      for (const { id, position, readArrival } of some) told.set(id, { stored: position, read: readArrival });
    }
  };
  const schedule = (): void => {
    cancel ??= deps.timers.after(TOGETHER_MS, flush);
  };
  const stopWatch = deps.store.watch(
    () => deps.store.conversations(),
    (read) => {
      rows = read;
      schedule();
    },
  );
  return {
    channelOpened: () => {
      told.clear();
      schedule();
    },
    close: () => {
      stopWatch();
      cancel?.();
    },
  };
};
