/** What a person has not seen, on Dexie: by keys of one index, whose account tells others' from own. */
import type { AccountId, ConversationId } from '@kith/schema/ids';
import { Dexie } from 'dexie';
import type { KithDatabase, MessageKey } from '../dexie-database.ts';
import { type LocalStore, UNREAD_WINDOW } from '../local-store.ts';

export const dexieUnread = (database: KithDatabase): Pick<LocalStore, 'countUnread' | 'firstUnread'> => ({
  countUnread: async (conversation, after, self, max) =>
    Math.min(max, (await unreadKeys(database, conversation, after, self)).length),
  firstUnread: async (conversation, after, self) => {
    const [first] = await unreadKeys(database, conversation, after, self);
    return first === undefined ? null : ((await database.messages.get(first)) ?? null);
  },
});

/** In order of arrival. */
const unreadKeys = async (
  database: KithDatabase,
  conversation: ConversationId,
  after: number,
  self: AccountId,
): Promise<readonly MessageKey[]> => {
  const keys = await database.messages
    .where('[conversation+message.state+arrival]')
    .between([conversation, 'shown', after], [conversation, 'shown', Dexie.maxKey], false)
    .limit(UNREAD_WINDOW)
    .primaryKeys();
  return keys.filter(([, , , account]) => account !== self);
};
