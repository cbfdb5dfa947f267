/**
 * What each device has stored and each person has read, told to the devices of all members. The greatest counts; nobody
 * can have more than there is. [RCP-1] [RCP-2]
 */
import type { AccountId, ConversationId, DeviceId } from '@kith/schema/ids';
import type { ClientMessage, Receipt } from '@kith/schema/sync-message';
import type { Channels } from '../channels/channels.ts';
import type { Membership } from '../membership/membership.ts';
import type { DocumentStore, JournalPosition, StoredReceipt } from '../storage/document-store.ts';

type OwnReceipts = Extract<ClientMessage, { type: 'receipts' }>['receipts'];

export interface Receipts {
  /** Receipts about conversations the account is not in are passed over: it may have been removed meanwhile. */
  take(from: { readonly account: AccountId; readonly device: DeviceId }, receipts: OwnReceipts): Promise<void>;
  /** Tells the devices that are connected here. */
  pass(receipts: readonly StoredReceipt[]): Promise<void>;
}

interface ReceiptsDeps {
  readonly store: DocumentStore;
  readonly membership: Membership;
  readonly channels: Channels;
  readonly clock: { now(): number };
  readonly position: (conversation: ConversationId) => Promise<JournalPosition>;
  /** Tells other processes. */
  readonly tell: (news: { type: 'receipts'; receipts: readonly StoredReceipt[] }) => void;
}

export const createReceipts = ({ store, membership, channels, clock, position, tell }: ReceiptsDeps): Receipts => {
  const pass: Receipts['pass'] = async (receipts) => {
    const byAccount = new Map<AccountId, Receipt[]>();
    for (const receipt of receipts) {
      const record = await membership.get(receipt.conversation);
      for (const account of record?.roleByAccount.keys() ?? []) {
        byAccount.set(account, [...(byAccount.get(account) ?? []), toReceipt(receipt)]);
      }
    }
    for (const [account, own] of byAccount) channels.sendToAccount(account, { type: 'receipts', receipts: own });
  };

  return {
    pass,
    take: async ({ account, device }, receipts) => {
      const rows: StoredReceipt[] = [];
      const at = clock.now();
      for (const { conversation, stored, read } of receipts) {
        const record = await membership.get(conversation);
        if (!record?.roleByAccount.has(account)) continue;
        const { lastEventArrival } = await position(conversation);
        const cap = (arrival: number): number => Math.min(arrival, lastEventArrival);
        if (stored !== undefined) rows.push({ conversation, account, device, arrival: cap(stored), at });
        if (read !== undefined) rows.push({ conversation, account, device: null, arrival: cap(read), at });
      }
      const news = await store.putReceipts(rows.filter(({ arrival }) => arrival > 0));
      if (news.length === 0) return;
      tell({ type: 'receipts', receipts: news });
      await pass(news);
    },
  };
};

export const toReceipt = ({ conversation, account, device, arrival, at }: StoredReceipt): Receipt => ({
  conversation,
  account,
  ...(device === null ? {} : { device }),
  arrival,
  at,
});
