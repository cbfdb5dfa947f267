/** Accounts, passwords, passkeys and ceremonies in SQLite. */
import type { AccountId, CeremonyId, DeviceId } from '@kith/schema/ids';
import { err, ok } from '@kith/schema/result';
import type { Account } from '../../accounts/account.ts';
import type { Ceremony } from '../../ceremonies/ceremony.ts';
import type { Passkey } from '../../passkeys/passkey.ts';
import type { Credential, IdentityStore } from '../account-store.ts';
import type { SqliteDatabase } from './sqlite-database.ts';
import { insertDevice, insertSession, type SqliteSessions } from './sqlite-sessions.ts';

type SqliteIdentities = Omit<IdentityStore, keyof SqliteSessions>;

export const createSqliteIdentities = (db: SqliteDatabase): SqliteIdentities => ({
  ...accountMethods(db),
  ...credentialMethods(db),
});

type AccountMethod = 'createAccount' | 'account' | 'accountByHandle' | 'passwordHash' | 'replacePasswordHash';

const ACCOUNT = 'SELECT id, handle, name, created_at AS createdAt FROM account';

const accountMethods = (db: SqliteDatabase): Pick<IdentityStore, AccountMethod> => ({
  createAccount: async ({ account, credential, device, session }) =>
    db.transact(() => {
      if (db.get(`${ACCOUNT} WHERE handle = ?`, account.handle) !== null) return err({ type: 'handle-taken' });
      if (credential.type === 'passkey' && readPasskey(db, credential.passkey.id) !== null) {
        return err({ type: 'passkey-exists' });
      }
      db.run('INSERT INTO account VALUES (?, ?, ?, ?)', account.id, account.handle, account.name, account.createdAt);
      insertCredential(db, account.id, credential);
      insertDevice(db, device);
      insertSession(db, session);
      return ok(undefined);
    }),
  account: async (id) => db.get<Account>(`${ACCOUNT} WHERE id = ?`, id),
  accountByHandle: async (handle) => db.get<Account>(`${ACCOUNT} WHERE handle = ?`, handle),
  passwordHash: async (account) =>
    db.get<{ hash: string }>('SELECT hash FROM password WHERE account = ?', account)?.hash ?? null,
  replacePasswordHash: async (account, from, to) =>
    db.run('UPDATE password SET hash = ? WHERE account = ? AND hash = ?', to, account, from) === 1,
});

export const insertCredential = (db: SqliteDatabase, account: AccountId, credential: Credential): void => {
  if (credential.type === 'password') {
    db.run('INSERT INTO password VALUES (?, ?)', account, credential.hash);
    return;
  }
  const { id, publicKey, counter, deviceType, backedUp, createdAt, lastUsedAt } = credential.passkey;
  db.run(
    'INSERT INTO passkey VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ...[id, account, publicKey, counter, deviceType, Number(backedUp), createdAt, lastUsedAt],
  );
};

type CredentialMethod = 'passkey' | 'usePasskey' | 'addCeremony' | 'takeCeremony';

const credentialMethods = (db: SqliteDatabase): Pick<IdentityStore, CredentialMethod> => ({
  passkey: async (id) => readPasskey(db, id),
  usePasskey: async ({ id, fromCounter, counter, backedUp, at }) =>
    db.run(
      'UPDATE passkey SET counter = ?, backed_up = ?, last_used_at = ? WHERE id = ? AND counter = ?',
      ...[counter, Number(backedUp), at, id, fromCounter],
    ) === 1,
  addCeremony: async (ceremony, now) =>
    db.transact(() => {
      db.run('DELETE FROM ceremony WHERE expires_at <= ?', now);
      const { id, purpose, challenge, expiresAt } = ceremony;
      const [account, handle, name] =
        purpose === 'sign-up' ? [ceremony.account, ceremony.handle, ceremony.name] : [null, null, null];
      const device = purpose === 'resume' ? ceremony.device : null;
      db.run(
        'INSERT INTO ceremony VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        ...[id, purpose, challenge, expiresAt, account, handle, name, device],
      );
    }),
  takeCeremony: async (id) => {
    const row = db.get<CeremonyRow>(`DELETE FROM ceremony WHERE id = ? RETURNING ${CEREMONY}`, id);
    return row === null ? null : toCeremony(id, row);
  },
});

const CEREMONY = 'purpose, challenge, expires_at AS expiresAt, account, handle, name, device';

type CeremonyRow = { readonly challenge: Uint8Array; readonly expiresAt: number } & (
  | { readonly purpose: 'sign-in' }
  | { readonly purpose: 'sign-up'; readonly account: AccountId; readonly handle: string; readonly name: string }
  | { readonly purpose: 'resume'; readonly device: DeviceId }
);

/** Columns that are not the purpose's own hold null: they are left behind. */
const toCeremony = (id: CeremonyId, row: CeremonyRow): Ceremony => {
  const { challenge, expiresAt } = row;
  switch (row.purpose) {
    case 'sign-in':
      return { id, challenge, expiresAt, purpose: row.purpose };
    case 'sign-up':
      return {
        id,
        challenge,
        expiresAt,
        purpose: row.purpose,
        account: row.account,
        handle: row.handle,
        name: row.name,
      };
    case 'resume':
      return { id, challenge, expiresAt, purpose: row.purpose, device: row.device };
  }
};

export const PASSKEY = `SELECT id, account, public_key AS publicKey, counter, device_type AS deviceType,
  backed_up AS backedUp, created_at AS createdAt, last_used_at AS lastUsedAt FROM passkey`;

export type PasskeyRow = Omit<Passkey, 'backedUp'> & { readonly backedUp: number };

export const toPasskey = (row: PasskeyRow): Passkey => ({ ...row, backedUp: row.backedUp === 1 });

const readPasskey = (db: SqliteDatabase, id: string): Passkey | null => {
  const row = db.get<PasskeyRow>(`${PASSKEY} WHERE id = ?`, id);
  return row === null ? null : toPasskey(row);
};
