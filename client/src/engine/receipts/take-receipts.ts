/** Receipts of others, and of this person's other devices, into the store. [ENG-8] */
import { ReceiptsResponse } from '@kith/schema/api/history';
import type { AccountId, ConversationId } from '@kith/schema/ids';
import type { Receipt } from '@kith/schema/sync-message';
import type { ApiClient } from '../session/api-client.ts';
import type { LocalStore } from '../storage/local-store.ts';

export const takeReceipts = async (store: LocalStore, self: AccountId, receipts: readonly Receipt[]): Promise<void> => {
  await store.saveReceipts(receipts);
  for (const { conversation, account, device, arrival } of receipts) {
    if (account !== self || device !== undefined) continue;
    const row = await store.conversation(conversation);
    if (row === null || row.readArrival >= arrival) continue;
    await store.updateConversation(conversation, (now) => ({
      ...now,
      readArrival: Math.max(now.readArrival, arrival),
    }));
  }
};

/** Those of a conversation that came while this device was away. @throws EngineError */
export const fetchReceipts = async (
  { api, store, self }: { readonly api: ApiClient; readonly store: LocalStore; readonly self: AccountId },
  conversation: ConversationId,
): Promise<void> => {
  const path = `/api/conversations/${conversation}/receipts`;
  const { receipts } = await api.call({ method: 'GET', path, answer: ReceiptsResponse });
  await takeReceipts(store, self, receipts);
};
