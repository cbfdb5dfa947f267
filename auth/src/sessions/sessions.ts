/**
 * Sessions live by a chain of refresh tokens, each good for one use. [SES-1] [SES-2] [SES-3]
 *
 *   token shown is …     answer
 *   the current          rotate: it becomes the previous, its successor the current
 *   the previous, < 10 s the same successor again (the answer was lost, or two tabs asked at once)
 *   any other of it      reuse: somebody has a copy, so the chain is void for both; the device comes back by its key
 *
 * A chain is a row with an id of its own, which stands in its tokens: a replaced chain's tokens name nothing any more,
 * so an old cookie that a browser finds on its disk harms nobody. [SES-8]
 */
import { type AccountId, createId, type DeviceId, type Random, type SessionId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { err, ok, type Result } from '@kith/schema/result';
import { equalBytes } from '../bytes.ts';
import type { Changes } from '../changes.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { IdentityStore } from '../storage/account-store.ts';
import {
  formatRefreshToken,
  hashRefreshToken,
  parseRefreshToken,
  type RefreshToken,
  successorOf,
} from './refresh-token.ts';
import type { Session } from './session.ts';

export interface SessionGrant {
  readonly session: Session;
  readonly refreshToken: string;
}

export type RefreshError = { readonly type: 'unauthenticated' | 'session-ended' };

export interface Sessions {
  /** Made, not yet stored: the caller stores it together with what it belongs to. */
  create(account: AccountId, device: DeviceId): SessionGrant;
  refresh(refreshToken: string): Promise<Result<SessionGrant, RefreshError>>;
  /** Another chain of tokens for the device's open session, with its age; null when it is signed out. */
  resume(device: DeviceId): Promise<SessionGrant | null>;
  /** The device's open session, null when it is signed out. */
  ofDevice(device: DeviceId): Promise<Session | null>;
  /** Ending what has ended already is fine. */
  end(session: Session): Promise<void>;
}

interface Deps {
  readonly store: IdentityStore;
  readonly changes: Changes;
  readonly secret: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export const createSessions = (deps: Deps): Sessions => ({
  create: (account, device) => create(deps, account, device),
  refresh: async (text) => {
    const token = parseRefreshToken(text);
    return token === null ? err({ type: 'unauthenticated' }) : refresh(deps, token);
  },
  resume: (device) => resume(deps, device),
  ofDevice: (device) => ofDevice(deps, device),
  end: (session) => end(deps, session),
});

const create = ({ clock, random }: Deps, account: AccountId, device: DeviceId): SessionGrant => {
  const now = clock.now();
  const expiresAt = now + LIMITS.refreshTokenSeconds * 1000;
  return newChain(random, { account, device, rotatedAt: now, createdAt: now, expiresAt });
};

const newChain = (random: Random, session: Omit<Session, 'id' | 'tokenHash' | 'previousHash'>): SessionGrant => {
  const id = createId<SessionId>(random);
  const token: RefreshToken = { session: id, bytes: random(new Uint8Array(32)) };
  return grant({ ...session, id, tokenHash: hashRefreshToken(token), previousHash: null }, token);
};

const ofDevice = async ({ store, clock }: Deps, device: DeviceId): Promise<Session | null> => {
  const session = await store.sessionOfDevice(device);
  return session !== null && session.expiresAt > clock.now() ? session : null;
};

const resume = async (deps: Deps, device: DeviceId): Promise<SessionGrant | null> => {
  const session = await ofDevice(deps, device);
  if (session === null) return null;
  const made = newChain(deps.random, { ...session, rotatedAt: deps.clock.now() });
  // lost the race against another try, which stands now, or against the end of the session
  return (await deps.store.replaceSession(session.id, made.session)) ? made : resume(deps, device);
};

const refresh = async (deps: Deps, token: RefreshToken): Promise<Result<SessionGrant, RefreshError>> => {
  const { store, clock, secret, log } = deps;
  const session = await store.session(token.session);
  if (session === null) return err({ type: 'session-ended' });
  const now = clock.now();
  if (session.expiresAt <= now) {
    await end(deps, session);
    return err({ type: 'session-ended' });
  }
  const hash = hashRefreshToken(token);
  const successor = successorOf(token, secret);
  if (equalBytes(session.tokenHash, hash)) {
    const to = hashRefreshToken(successor);
    const rotated = await store.rotateSession({ id: session.id, from: hash, to, at: now });
    // lost the race against the same token in another tab: by now it is the previous one
    return rotated ? ok(grant({ ...session, tokenHash: to, previousHash: hash }, successor)) : refresh(deps, token);
  }
  const isPrevious = session.previousHash !== null && equalBytes(session.previousHash, hash);
  if (isPrevious && now - session.rotatedAt <= LIMITS.refreshGraceMs) return ok(grant(session, successor));
  const { account, device } = session;
  log.warn('refresh token used twice: void for all who have one, unless the device proves its key', {
    account,
    device,
  });
  // nobody is given a token of the new chain
  await store.replaceSession(session.id, newChain(deps.random, session).session);
  return err({ type: 'unauthenticated' });
};

const grant = (session: Session, token: RefreshToken): SessionGrant => ({
  session,
  refreshToken: formatRefreshToken(token),
});

/** Also where its chain is being replaced: that keeps the time of signing in, which another session does not have. */
const end = async ({ store, changes }: Deps, session: Session): Promise<void> => {
  let open: Session | null = session;
  while (open !== null && open.createdAt === session.createdAt) {
    if (await store.endSession(open.id)) return changes.deviceEnded(open.account, open.device);
    open = await store.sessionOfDevice(session.device);
  }
};
