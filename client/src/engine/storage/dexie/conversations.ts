/** Conversations, members and receipts on Dexie. */
import type { Receipt } from '@kith/schema/sync-message';
import { type KithDatabase, keysOf, type ReceiptEntry } from '../dexie-database.ts';
import type { LocalStore } from '../local-store.ts';

type ConversationsPart =
  | 'conversations'
  | 'conversation'
  | 'saveConversation'
  | 'updateConversation'
  | 'members'
  | 'replaceMembers'
  | 'saveReceipts'
  | 'receipts'
  | 'forgetReceipts';

export const dexieConversations = (database: KithDatabase): Pick<LocalStore, ConversationsPart> => ({
  conversations: () => database.conversations.toArray(),
  conversation: async (id) => (await database.conversations.get(id)) ?? null,
  saveConversation: async (row) => {
    await database.conversations.put(row);
  },
  updateConversation: (id, change) =>
    database.transaction('rw', database.conversations, async () => {
      const row = await database.conversations.get(id);
      if (row !== undefined) await database.conversations.put(change(row));
    }),
  members: (conversation) =>
    database.members
      .where(':id')
      .between(...keysOf(conversation))
      .toArray(),
  replaceMembers: (conversation, members) =>
    database.transaction('rw', database.members, async () => {
      await database.members
        .where(':id')
        .between(...keysOf(conversation))
        .delete();
      await database.members.bulkPut(members);
    }),
  saveReceipts: (receipts) =>
    database.transaction('rw', database.receipts, async () => {
      const greatest = greatestByKey(receipts.map(receiptToEntry));
      const kept = await database.receipts.bulkGet([...greatest.values()].map(keyOf));
      const newer = [...greatest.values()].filter((entry, index) => entry.arrival > (kept[index]?.arrival ?? -1));
      await database.receipts.bulkPut(newer);
    }),
  receipts: async (conversation) =>
    (
      await database.receipts
        .where(':id')
        .between(...keysOf(conversation))
        .toArray()
    ).map(entryToReceipt),
  forgetReceipts: async (conversation) => {
    await database.receipts
      .where(':id')
      .between(...keysOf(conversation))
      .delete();
  },
});

const keyOf = ({ conversation, account, device }: ReceiptEntry) => [conversation, account, device] as const;

const greatestByKey = (entries: readonly ReceiptEntry[]): ReadonlyMap<string, ReceiptEntry> => {
  const byKey = new Map<string, ReceiptEntry>();
  for (const entry of entries) {
    const key = keyOf(entry).join('/');
    if (entry.arrival > (byKey.get(key)?.arrival ?? -1)) byKey.set(key, entry);
  }
  return byKey;
};

const receiptToEntry = ({ device, ...receipt }: Receipt): ReceiptEntry => ({ ...receipt, device: device ?? '' });

const entryToReceipt = ({ device, ...entry }: ReceiptEntry): Receipt => (device === '' ? entry : { ...entry, device });
