/** How much an account may bring: a few requests at once, many in a row after a restore, then a steady trickle. [ADM-5] */
import type { AccountId } from '@kith/schema/ids';
import { err, ok, type Result } from '@kith/schema/result';
import type { Limited } from '@kith/schema/wire-error';
import { createTokenBucket, type TokenBucket } from '../channels/token-bucket.ts';

export interface TooMuch {
  readonly type: 'rate-limited';
  readonly limited: Limited;
}

export interface BringingLimits {
  /** Runs the work of one request, unless that would be too much now. */
  within<T>(account: AccountId, work: () => Promise<T>): Promise<Result<T, TooMuch>>;
}

const AT_ONCE = 4;
/** Nobody knows when another request ends. */
const BUSY: Limited = { limit: 'requests', retryAfterMs: 1_000 };
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
      if (account.underWay >= AT_ONCE) return err({ type: 'rate-limited', limited: BUSY });
      const retryAfterMs = account.bucket.take(clock.now());
      if (retryAfterMs > 0) return err({ type: 'rate-limited', limited: { limit: 'requests', retryAfterMs } });
      account.underWay++;
      try {
        return ok(await work());
      } finally {
        account.underWay--;
      }
    },
  };
};
