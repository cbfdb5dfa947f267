/**
 * What a person has not seen, on Dexie: by keys, whose account tells others' from own, as long as it is little; beyond
 * that by the browser's own counting.
 */
import type { AccountId, ConversationId } from '@kith/schema/ids';
import { type Collection, Dexie } from 'dexie';
import type { KithDatabase, MessageKey } from '../dexie-database.ts';
import type { LocalStore, MessageRow } from '../local-store.ts';

/** A range of keys that is read at once. */
const FEW = 1_000;

interface Unread {
  readonly conversation: ConversationId;
  readonly after: number;
  readonly self: AccountId;
}

type Messages = Collection<MessageRow, MessageKey>;

export const dexieUnread = (database: KithDatabase): Pick<LocalStore, 'countUnread' | 'firstUnread'> => ({
  countUnread: async (conversation, after, self, max) => {
    const unread = { conversation, after, self };
    const keys = await arrived(database, unread).limit(FEW).primaryKeys();
    const others = keys.length < FEW ? keys.filter(isOthers(self)).length : await countOthers(database, unread);
    return Math.min(max, others);
  },
  firstUnread: (conversation, after, self) =>
    database.transaction('r', database.messages, async () => {
      const unread = { conversation, after, self };
      const keys = await arrived(database, unread).limit(FEW).primaryKeys();
      const first = firstOfOthers(keys, self);
      if (keys.length < FEW) return rowOf(database, first);
      if ((await countOthers(database, unread)) === 0) return null;
      return first === null ? rowOf(database, await firstOfAll(database, unread)) : earliest(database, unread, first);
    }),
});

/** Everybody's, in order of arrival. */
const arrived = (database: KithDatabase, { conversation, after }: Unread): Messages =>
  database.messages
    .where('[conversation+message.state+arrival]')
    .between([conversation, 'shown', after], [conversation, 'shown', Dexie.maxKey], false);

const countOthers = async (database: KithDatabase, unread: Unread): Promise<number> => {
  const { conversation, after, self } = unread;
  const own = database.messages
    .where('[conversation+message.state+account+arrival]')
    .between([conversation, 'shown', self, after], [conversation, 'shown', self, Dexie.maxKey], false);
  return (await arrived(database, unread).count()) - (await own.count());
};

/**
 * `first`: the earliest among those that arrived first. One that arrived later may stand before it still: looks through
 * whichever is shorter, the timeline before it or all that is unread.
 */
const earliest = async (database: KithDatabase, unread: Unread, first: MessageKey): Promise<MessageRow | null> => {
  const before = (): Messages => database.messages.where(':id').between([unread.conversation], first);
  if ((await before().count()) > (await arrived(database, unread).count()))
    return rowOf(database, await firstOfAll(database, unread));
  const isUnread = ({ account, arrival, message }: MessageRow): boolean =>
    account !== unread.self && message.state === 'shown' && arrival !== null && arrival > unread.after;
  return (await before().filter(isUnread).first()) ?? rowOf(database, first);
};

const firstOfAll = async (database: KithDatabase, unread: Unread): Promise<MessageKey | null> =>
  firstOfOthers(await arrived(database, unread).primaryKeys(), unread.self);

const firstOfOthers = (keys: readonly MessageKey[], self: AccountId): MessageKey | null => {
  let first: MessageKey | null = null;
  for (const key of keys.filter(isOthers(self))) if (first === null || compareKeys(key, first) < 0) first = key;
  return first;
};

const isOthers =
  (self: AccountId) =>
  ([, , , account]: MessageKey): boolean =>
    account !== self;

const compareKeys = (a: MessageKey, b: MessageKey): number => a[1] - b[1] || (a[2] < b[2] ? -1 : 1);

const rowOf = async (database: KithDatabase, key: MessageKey | null): Promise<MessageRow | null> =>
  key === null ? null : ((await database.messages.get(key)) ?? null);
