/** Calls under way together, of which one is to win. */
import { expect } from 'vitest';
import type { AccountStore } from '../storage/account-store.ts';

/** Of one database, or the same store twice. */
export type Stores = readonly [AccountStore, AccountStore];

/** Four calls by turns over both stores, all under way together. */
export const together = <T>(stores: Stores, call: (store: AccountStore, i: number) => Promise<T>): Promise<T[]> =>
  Promise.all([0, 1, 2, 3].map((i) => call(stores[i % 2 === 0 ? 0 : 1], i)));

/** Its place. */
export const only = <T>(results: readonly T[], isWon: (result: T) => boolean): number => {
  expect(results.filter(isWon)).toHaveLength(1);
  return results.findIndex(isWon);
};
export const isOk = ({ ok }: { readonly ok: boolean }) => ok;
export const isTrue = (result: boolean) => result;
