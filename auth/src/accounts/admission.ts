/**
 * How an account comes in, whatever it proved itself with: account, device and session are made in one transaction;
 * signing in with a device's known keys gives that device again. [ACC-1] [ACC-2]
 */
import { type AccountId, createId, type DeviceId, type Random } from '@kith/schema/ids';
import { err, ok, type Result } from '@kith/schema/result';
import { equalBytes } from '../bytes.ts';
import type { Clock } from '../clock.ts';
import type { Device } from '../devices/device.ts';
import type { Log } from '../log.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Credential, IdentityStore } from '../storage/account-store.ts';
import type { Account } from './account.ts';

export interface NewDevice {
  readonly name: string;
  readonly signKey: Uint8Array;
  readonly boxKey: Uint8Array;
}

export interface SignedIn {
  readonly account: Account;
  readonly session: Session;
  readonly refreshToken: string;
}

interface SignUp {
  /** Null lets one be made. */
  readonly id: AccountId | null;
  readonly handle: string;
  readonly name: string;
  readonly device: NewDevice;
  readonly credential: (account: AccountId) => Credential;
}

export interface Admission {
  signUp(asked: SignUp): Promise<Result<SignedIn, { readonly type: 'handle-taken' | 'passkey-exists' }>>;
  /** `session-ended`: the device was revoked in this very moment. */
  signIn(account: Account, device: NewDevice): Promise<Result<SignedIn, { readonly type: 'session-ended' }>>;
}

interface Deps {
  readonly store: IdentityStore;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export const createAdmission = (deps: Deps): Admission => ({
  signUp: async ({ id, handle, name, device: newDevice, credential }) => {
    const { store, sessions, clock, random, log } = deps;
    const account: Account = { id: id ?? createId<AccountId>(random), handle, name, createdAt: clock.now() };
    const device = toDevice(deps, account.id, newDevice);
    const { session, refreshToken } = sessions.create(account.id, device.id);
    const made = await store.createAccount({ account, credential: credential(account.id), device, session });
    if (!made.ok) return made;
    log.info('signed up', { account: account.id, device: device.id });
    return ok({ account, session, refreshToken });
  },
  signIn: async (account, newDevice) => {
    const { store, sessions, log } = deps;
    const known = (await store.devices(account.id)).find((device) => isSame(device, newDevice));
    const device = toDevice(deps, account.id, newDevice, known);
    const { session, refreshToken } = sessions.create(account.id, device.id);
    const started = await store.startSession({ device, session });
    if (!started.ok) return err({ type: 'session-ended' });
    log.info('signed in', { account: account.id, device: device.id });
    return ok({ account, session, refreshToken });
  },
});

const isSame = (device: Device, asked: NewDevice): boolean =>
  device.revokedAt === null && equalBytes(device.signKey, asked.signKey) && equalBytes(device.boxKey, asked.boxKey);

const toDevice = ({ clock, random }: Deps, account: AccountId, asked: NewDevice, known?: Device): Device => ({
  id: known?.id ?? createId<DeviceId>(random),
  account,
  name: asked.name,
  signKey: asked.signKey,
  boxKey: asked.boxKey,
  createdAt: known?.createdAt ?? clock.now(),
  lastSeenAt: clock.now(),
  revokedAt: null,
});
