/**
 * From receipts to the tick of an own message. Each tick stands for evidence. [TICK-1]
 *
 *   pending    on this device only
 *   stored     durable on the server
 *   delivered  on a device of every other member
 *   read       read by every other member
 */
import type { AccountId } from '../ids.ts';
import type { Receipt } from '../sync-message.ts';

export type Tick = 'pending' | 'stored' | 'delivered' | 'read';

export interface ReceiptState {
  /** Greatest arrival that any device of the account has stored. */
  readonly storedByAccount: ReadonlyMap<AccountId, number>;
  readonly readByAccount: ReadonlyMap<AccountId, number>;
}

export const foldReceipts = (receipts: readonly Receipt[]): ReceiptState => {
  const storedByAccount = new Map<AccountId, number>();
  const readByAccount = new Map<AccountId, number>();
  for (const { account, device, arrival } of receipts) {
    const map = device === undefined ? readByAccount : storedByAccount;
    map.set(account, Math.max(map.get(account) ?? 0, arrival));
  }
  return { storedByAccount, readByAccount };
};

/** `others`: the other members of the conversation; with none there is nobody to deliver to. */
export const tickOf = (arrival: number | null, others: readonly AccountId[], state: ReceiptState): Tick => {
  if (arrival === null) return 'pending';
  if (others.length === 0) return 'stored';
  const reached = (map: ReadonlyMap<AccountId, number>) => (account: AccountId) => (map.get(account) ?? 0) >= arrival;
  if (others.every(reached(state.readByAccount))) return 'read';
  const onADevice = reached(state.storedByAccount);
  const hasRead = reached(state.readByAccount);
  return others.every((account) => onADevice(account) || hasRead(account)) ? 'delivered' : 'stored';
};
