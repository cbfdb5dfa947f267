/** The text being written in a conversation. A tab does this itself: it must not wait for a worker that may be dead. */
import type { ConversationId } from '@kith/schema/ids';
import type { LocalStore } from './storage/local-store.ts';

export const saveDraft = (
  store: Pick<LocalStore, 'updateConversation'>,
  conversation: ConversationId,
  text: string,
): Promise<void> => store.updateConversation(conversation, (row) => ({ ...row, draft: text }));
