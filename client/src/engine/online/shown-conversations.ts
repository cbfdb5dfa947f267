/** The conversations that any tab looks at now. [ENG-9] */
import type { ConversationId } from '@kith/schema/ids';
import { loadNewest } from '../history/load-segments.ts';
import { type ShownConversation, showConversation } from '../presence/shown-conversation.ts';
import { fetchReceipts } from '../receipts/take-receipts.ts';
import type { OnlineDeps, OnlineParts } from './online.ts';

export interface ShownConversations {
  /** Those of all tabs together. */
  show(conversations: ReadonlySet<ConversationId>): void;
  setTyping(conversation: ConversationId, typing: boolean): void;
  closeAll(): void;
}

export const createShownConversations = (deps: OnlineDeps, parts: OnlineParts): ShownConversations => {
  const shown = new Map<ConversationId, ShownConversation>();

  const open = async (conversation: ConversationId): Promise<void> => {
    const row = await parts.store.conversation(conversation);
    if (row?.state !== 'joined' || !parts.connection.isOpen) return;
    await loadNewest(parts, conversation);
    await fetchReceipts({ api: parts.api, store: parts.store, self: deps.session.account }, conversation);
  };
  const add = (conversation: ConversationId): void => {
    const { device } = deps.session;
    const { replicas } = parts;
    const { timers, clock, onPresence } = deps;
    shown.set(conversation, showConversation({ conversation, device, replicas, timers, clock, onPresence }));
    parts.background('opening a conversation', open(conversation));
  };
  const remove = (conversation: ConversationId): void => {
    shown.get(conversation)?.close();
    shown.delete(conversation);
    deps.onPresence({ conversation, online: [], typing: [] });
  };
  return {
    show: (conversations) => {
      for (const conversation of [...shown.keys()]) if (!conversations.has(conversation)) remove(conversation);
      for (const conversation of conversations) if (!shown.has(conversation)) add(conversation);
    },
    setTyping: (conversation, typing) => shown.get(conversation)?.setTyping(typing),
    closeAll: () => {
      for (const conversation of [...shown.keys()]) remove(conversation);
    },
  };
};
