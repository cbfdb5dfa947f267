import type { AccountId, CeremonyId, DeviceId, SessionId } from '@kith/schema/ids';
import { err, ok } from '@kith/schema/result';
import type { Account } from '../../accounts/account.ts';
import { equalBytes } from '../../bytes.ts';
import type { Ceremony } from '../../ceremonies/ceremony.ts';
import type { Device } from '../../devices/device.ts';
import type { Passkey } from '../../passkeys/passkey.ts';
import type { Session } from '../../sessions/session.ts';
import type { IdentityStore } from '../account-store.ts';

/** The tables. No method awaits between its reads and its writes, so each is atomic. */
export interface MemoryIdentities {
  readonly accounts: Map<AccountId, Account>;
  readonly devices: Map<DeviceId, Device>;
  readonly sessions: Map<SessionId, Session>;
  readonly passwordHashes: Map<AccountId, string>;
  readonly passkeys: Map<string, Passkey>;
  readonly ceremonies: Map<CeremonyId, Ceremony>;
}

export const emptyIdentities = (): MemoryIdentities => ({
  accounts: new Map(),
  devices: new Map(),
  sessions: new Map(),
  passwordHashes: new Map(),
  passkeys: new Map(),
  ceremonies: new Map(),
});

export const createMemoryIdentities = (tables: MemoryIdentities): IdentityStore => ({
  ...accountMethods(tables),
  ...credentialMethods(tables),
  ...sessionMethods(tables),
});

type AccountMethod = 'createAccount' | 'account' | 'accountByHandle' | 'passwordHash' | 'replacePasswordHash';

const accountMethods = (tables: MemoryIdentities): Pick<IdentityStore, AccountMethod> => ({
  createAccount: async ({ account, credential, device, session }) => {
    if (accountOfHandle(tables, account.handle) !== null) return err({ type: 'handle-taken' });
    if (credential.type === 'passkey' && tables.passkeys.has(credential.passkey.id)) {
      return err({ type: 'passkey-exists' });
    }
    tables.accounts.set(account.id, account);
    if (credential.type === 'passkey') tables.passkeys.set(credential.passkey.id, credential.passkey);
    else tables.passwordHashes.set(account.id, credential.hash);
    tables.devices.set(device.id, device);
    tables.sessions.set(session.id, session);
    return ok(undefined);
  },
  account: async (id) => tables.accounts.get(id) ?? null,
  accountByHandle: async (handle) => accountOfHandle(tables, handle),
  passwordHash: async (account) => tables.passwordHashes.get(account) ?? null,
  replacePasswordHash: async (account, from, to) => {
    if (tables.passwordHashes.get(account) !== from) return false;
    tables.passwordHashes.set(account, to);
    return true;
  },
});

const accountOfHandle = ({ accounts }: MemoryIdentities, handle: string): Account | null =>
  [...accounts.values()].find((account) => account.handle === handle) ?? null;

type CredentialMethod = 'passkey' | 'usePasskey' | 'addCeremony' | 'takeCeremony';

const credentialMethods = (tables: MemoryIdentities): Pick<IdentityStore, CredentialMethod> => ({
  passkey: async (id) => tables.passkeys.get(id) ?? null,
  usePasskey: async ({ id, fromCounter, counter, backedUp, at }) => {
    const passkey = tables.passkeys.get(id);
    if (passkey === undefined || passkey.counter !== fromCounter) return false;
    tables.passkeys.set(id, { ...passkey, counter, backedUp, lastUsedAt: at });
    return true;
  },
  addCeremony: async (ceremony, now) => {
    for (const [id, { expiresAt }] of tables.ceremonies) if (expiresAt <= now) tables.ceremonies.delete(id);
    tables.ceremonies.set(ceremony.id, ceremony);
  },
  takeCeremony: async (id) => {
    const ceremony = tables.ceremonies.get(id) ?? null;
    tables.ceremonies.delete(id);
    return ceremony;
  },
});

type SessionMethod = Exclude<keyof IdentityStore, AccountMethod | CredentialMethod>;

const sessionMethods = (tables: MemoryIdentities): Pick<IdentityStore, SessionMethod> => ({
  startSession: async ({ device, session }) => {
    const known = tables.devices.get(device.id);
    if (known !== undefined && known.revokedAt !== null) return err({ type: 'device-revoked' });
    tables.devices.set(
      device.id,
      known === undefined ? device : { ...known, name: device.name, lastSeenAt: device.lastSeenAt },
    );
    for (const [id, { expiresAt, device: owner }] of tables.sessions) {
      if (expiresAt <= session.createdAt || owner === device.id) tables.sessions.delete(id);
    }
    tables.sessions.set(session.id, session);
    return ok(undefined);
  },
  session: async (id) => tables.sessions.get(id) ?? null,
  sessionOfDevice: async (device) => [...tables.sessions.values()].find((session) => session.device === device) ?? null,
  sessionsOf: async (account) => [...tables.sessions.values()].filter((session) => session.account === account),
  rotateSession: async ({ id, from, to, at }) => {
    const session = tables.sessions.get(id);
    if (session === undefined || !equalBytes(session.tokenHash, from)) return false;
    tables.sessions.set(id, { ...session, tokenHash: to, previousHash: from, rotatedAt: at });
    const device = tables.devices.get(session.device);
    if (device !== undefined) tables.devices.set(device.id, { ...device, lastSeenAt: at });
    return true;
  },
  replaceSession: async (from, session) => {
    if (!tables.sessions.delete(from)) return false;
    tables.sessions.set(session.id, session);
    const device = tables.devices.get(session.device);
    if (device !== undefined) tables.devices.set(device.id, { ...device, lastSeenAt: session.rotatedAt });
    return true;
  },
  endSession: async (id) => tables.sessions.delete(id),
  device: async (id) => tables.devices.get(id) ?? null,
  devices: async (account) => devicesOf(tables, account),
  revokeDevice: async (account, id, at) => {
    const device = tables.devices.get(id);
    if (device === undefined || device.account !== account || device.revokedAt !== null) return false;
    tables.devices.set(id, { ...device, revokedAt: at });
    for (const session of tables.sessions.values()) if (session.device === id) tables.sessions.delete(session.id);
    return true;
  },
});

export const devicesOf = ({ devices }: MemoryIdentities, account: AccountId): readonly Device[] =>
  [...devices.values()].filter((device) => device.account === account).sort((a, b) => a.createdAt - b.createdAt);
