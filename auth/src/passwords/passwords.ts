/**
 * Sign-up and sign-in with handle and password. An unknown handle, an account without a password and a wrong password
 * are the same to who asks, in text and in time. [PWD-1] [PWD-3] [PWD-4]
 */
import { HandleSchema } from '@kith/schema/handle';
import type { AccountId } from '@kith/schema/ids';
import { err, type Result } from '@kith/schema/result';
import type { Limited } from '@kith/schema/wire-error';
import * as v from 'valibot';
import type { Account } from '../accounts/account.ts';
import type { Admission, NewDevice, SignedIn } from '../accounts/admission.ts';
import type { Log } from '../log.ts';
import type { IdentityStore } from '../storage/account-store.ts';
import type { Throttle } from '../throttle/throttle.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { checkPassword, type PasswordWeakness } from './password-policy.ts';

interface Deps {
  readonly store: IdentityStore;
  readonly admission: Admission;
  readonly hasher: PasswordHasher;
  /** Tries per handle, and tries per address. */
  readonly throttles: { readonly handle: Throttle; readonly address: Throttle };
  readonly log: Log;
}

interface SignUp {
  readonly handle: string;
  readonly name: string;
  readonly password: string;
  readonly device: NewDevice;
}

interface SignIn {
  readonly handle: string;
  readonly password: string;
  readonly device: NewDevice;
  /** Where the request comes from, as far as the server can trust it. */
  readonly address: string;
}

/** Too many passwords wait to be looked at. */
type Busy = { readonly type: 'unavailable'; readonly retryAfterMs: number };

export type PasswordSignInError =
  | Busy
  | { readonly type: 'wrong-credentials' | 'session-ended' }
  | ({ readonly type: 'rate-limited' } & Limited);

export interface Passwords {
  signUp(asked: SignUp): Promise<Result<SignedIn, PasswordWeakness | Busy | { readonly type: 'handle-taken' }>>;
  signIn(asked: SignIn): Promise<Result<SignedIn, PasswordSignInError>>;
}

export const createPasswords = (deps: Deps): Passwords => {
  let underWay = 0;
  const unlessBusy = async <T>(work: () => Promise<T>): Promise<T | typeof BUSY> => {
    if (underWay >= MAX_UNDER_WAY) return BUSY;
    underWay++;
    try {
      return await work();
    } finally {
      underWay--;
    }
  };
  return {
    signUp: (asked) => unlessBusy(() => signUp(deps, asked)),
    signIn: (asked) => unlessBusy(() => signIn(deps, asked)),
  };
};

/** A second or two of hashing: whoever comes later would only make it longer for all. */
const MAX_UNDER_WAY = 100;

const BUSY = err({ type: 'unavailable', retryAfterMs: 3_000 } as const);

const signUp: (deps: Deps, asked: SignUp) => ReturnType<Passwords['signUp']> = async (deps, asked) => {
  const { handle, name, password, device } = asked;
  const fit = checkPassword(password, handle);
  if (!fit.ok) return fit;
  if ((await deps.store.accountByHandle(handle)) !== null) return err({ type: 'handle-taken' });
  const hash = await deps.hasher.hash(password);
  const made = await deps.admission.signUp({
    id: null,
    handle,
    name,
    device,
    credential: () => ({ type: 'password', hash }),
  });
  return made.ok ? made : err({ type: 'handle-taken' });
};

const signIn: (deps: Deps, asked: SignIn) => ReturnType<Passwords['signIn']> = async (deps, asked) => {
  const { throttles, store, admission } = deps;
  const parsed = v.safeParse(HandleSchema, asked.handle);
  const handle = parsed.success ? parsed.output : '';
  const retryAfterMs = Math.max(throttles.handle.waitMs(handle), throttles.address.waitMs(asked.address));
  if (retryAfterMs > 0) return err({ type: 'rate-limited', limit: 'tries', retryAfterMs });
  throttles.handle.count(handle);
  throttles.address.count(asked.address);
  const account = parsed.success ? await store.accountByHandle(handle) : null;
  const isRight = await compare(deps, account, asked.password);
  if (account === null || !isRight) {
    deps.log.warn('sign-in refused', { account: account?.id ?? null, address: asked.address });
    return err({ type: 'wrong-credentials' });
  }
  throttles.handle.forget(handle);
  throttles.address.giveBack(asked.address);
  return admission.signIn(account, asked.device);
};

/** Costs the same when there is nobody, or no password, to compare with. */
const compare = async ({ store, hasher }: Deps, account: Account | null, password: string): Promise<boolean> => {
  const stored = account === null ? null : await store.passwordHash(account.id);
  if (account === null || stored === null) return hasher.verifyNothing(password);
  if (!(await hasher.verify(stored, password))) return false;
  if (hasher.isOutdated(stored)) await rehash({ store, hasher }, account.id, stored, password);
  return true;
};

/** Losing the compare-and-set is fine: somebody else has written a newer hash. */
const rehash = async (
  { store, hasher }: Pick<Deps, 'store' | 'hasher'>,
  account: AccountId,
  stored: string,
  password: string,
): Promise<void> => {
  await store.replacePasswordHash(account, stored, await hasher.hash(password));
};
