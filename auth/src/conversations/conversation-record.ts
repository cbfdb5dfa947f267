import type { ConversationRecord } from '@kith/schema/conversation-directory';
import type { Conversation } from './conversation.ts';

export const toConversationRecord = (conversation: Conversation): ConversationRecord => {
  const { id, kind, version, epoch, title, members } = conversation;
  return { id, kind, version, epoch, title, roleByAccount: new Map(members.map((m) => [m.account, m.role])) };
};
