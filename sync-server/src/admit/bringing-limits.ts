/** How much an account may bring: a few requests at once, many in a row after a restore, then a steady trickle. [ADM-5] */
import type { AccountId } from '@kith/schema/ids';
import { createTokenBucket, type TokenBucket } from '../channels/token-bucket.ts';

export interface BringingLimits {
  /** Runs the work of one request; null when that would be too much now. */
  within<T>(account: AccountId, work: () => Promise<T>): Promise<T | null>;
}

const AT_ONCE = 4;
const REQUESTS = { perSecond: 0.5, burst: 100 };
/** Accounts remembered; one that is forgotten begins anew. */
const MAX_ACCOUNTS = 10_000;

interface Account {
  readonly bucket: TokenBucket;
  underWay: number;
}

export const createBringingLimits = (clock: { now(): number }): BringingLimits => {
  const accounts = new Map<AccountId, Account>();

  const accountOf = (id: AccountId): Account => {
    const account = accounts.get(id) ?? { bucket: createTokenBucket(REQUESTS), underWay: 0 };
    accounts.delete(id);
    accounts.set(id, account);
    for (const [oldest, { underWay }] of accounts.size > MAX_ACCOUNTS ? accounts : []) {
      if (underWay === 0) accounts.delete(oldest);
      break;
    }
    return account;
  };

  return {
    within: async (id, work) => {
      const account = accountOf(id);
      if (account.underWay >= AT_ONCE || !account.bucket.take(clock.now())) return null;
      account.underWay++;
      try {
        return await work();
      } finally {
        account.underWay--;
      }
    },
  };
};
