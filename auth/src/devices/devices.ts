/** The devices of an account: which are signed in, and taking one out. [DEV-1] [DEV-2] */
import type { AccountId, DeviceId } from '@kith/schema/ids';
import { err, ok, type Result } from '@kith/schema/result';
import type { Changes } from '../changes.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { IdentityStore } from '../storage/account-store.ts';
import type { Device } from './device.ts';

export interface Devices {
  /** Those signed in now, oldest first. */
  list(account: AccountId): Promise<readonly Device[]>;
  /** Ends its session for good: the same keys become a new device when they sign in again. */
  revoke(account: AccountId, device: DeviceId): Promise<Result<void, { readonly type: 'not-found' }>>;
}

export const createDevices = (deps: {
  readonly store: IdentityStore;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly log: Log;
}): Devices => {
  const { store, changes, clock, log } = deps;
  return {
    list: async (account) => {
      const sessions = await store.sessionsOf(account);
      const open = new Set(sessions.flatMap(({ device, expiresAt }) => (expiresAt > clock.now() ? [device] : [])));
      return (await store.devices(account)).filter(({ id }) => open.has(id));
    },
    revoke: async (account, device) => {
      if (await store.revokeDevice(account, device, clock.now())) {
        log.info('device revoked', { account, device });
        changes.deviceEnded(account, device);
        return ok(undefined);
      }
      // asked again after a lost answer: it is revoked, which is what was wanted
      const known = (await store.devices(account)).some(({ id }) => id === device);
      return known ? ok(undefined) : err({ type: 'not-found' });
    },
  };
};
