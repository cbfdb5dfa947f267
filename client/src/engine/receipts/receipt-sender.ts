/** Tells the server what this device has and what the person has read; the greatest counts, repeats cost little. [ENG-8] */
import type { ConversationId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import type { ClientMessage } from '@kith/schema/sync-message';
import type { EngineLog, Timers } from '../engine-deps.ts';
import type { LocalStore } from '../storage/local-store.ts';

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
  readonly log: EngineLog;
}): ReceiptSender => {
  const told = new Map<ConversationId, { readonly stored: number; readonly read: number }>();
  let cancel: (() => void) | null = null;

  const flush = async (): Promise<void> => {
    cancel = null;
    if (!deps.isOpen()) return;
    const rows = (await deps.store.conversations()).filter(({ state }) => state === 'joined');
    const changed = rows.filter(({ id, position, readArrival }) => {
      const last = told.get(id);
      return position > (last?.stored ?? 0) || readArrival > (last?.read ?? 0);
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
  /** Said again with the next change, or with the next channel. */
  const failed = (error: unknown): void => deps.log('error', 'receipts were not sent', { error: String(error) });
  const schedule = (): void => {
    cancel ??= deps.timers.after(TOGETHER_MS, () => void flush().catch(failed));
  };
  const stopWatch = deps.store.watch(() => deps.store.conversations(), schedule);
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
