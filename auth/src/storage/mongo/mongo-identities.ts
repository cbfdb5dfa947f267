/** Accounts, passwords, passkeys and ceremonies in MongoDB. */
import type { AccountId } from '@kith/schema/ids';
import type { Account } from '../../accounts/account.ts';
import type { IdentityStore } from '../account-store.ts';
import type { MongoDatabase } from './mongo-database.ts';
import type { AccountState, PasskeyState } from './mongo-layout.ts';
import type { MongoSessions } from './mongo-sessions.ts';
import { createAccount, isThere } from './mongo-sign-ups.ts';
import { fromMongo } from './mongo-values.ts';

type MongoIdentities = Omit<IdentityStore, keyof MongoSessions>;
type CredentialMethod = 'passkey' | 'usePasskey' | 'addCeremony' | 'takeCeremony';

export const createMongoIdentities = (db: MongoDatabase): MongoIdentities => ({
  ...accountMethods(db),
  ...credentialMethods(db),
});

const accountMethods = (db: MongoDatabase): Omit<MongoIdentities, CredentialMethod> => ({
  createAccount: (made) => createAccount(db, made),
  account: async (id) => toAccount(await findAccount(db, id)),
  accountByHandle: async (handle) => toAccount(await db.accounts.get(handle)),
  passwordHash: async (id) => (await findAccount(db, id))?.passwordHash ?? null,
  replacePasswordHash: async (id, from, to) => {
    const account = await findAccount(db, id);
    if (account === null) return false;
    return db.accounts.change<boolean>(account.handle, (state) =>
      state?.passwordHash === from
        ? { next: { ...state, passwordHash: to }, answer: true }
        : { next: null, answer: false },
    );
  },
});

const credentialMethods = (db: MongoDatabase): Pick<MongoIdentities, CredentialMethod> => ({
  passkey: async (id) => (await findPasskey(db, id))?.passkey ?? null,
  usePasskey: async ({ id, fromCounter, counter, backedUp, at }) => {
    if ((await findPasskey(db, id)) === null) return false;
    return db.passkeys.change<boolean>(id, (state) =>
      state?.passkey.counter === fromCounter
        ? { next: { passkey: { ...state.passkey, counter, backedUp, lastUsedAt: at }, signUp: null }, answer: true }
        : { next: null, answer: false },
    );
  },
  addCeremony: async (ceremony, now) => {
    await db.ceremonies.deleteMany({ 'ceremony.expiresAt': { $lte: now } });
    await db.ceremonies.insertOne({ _id: ceremony.id, ceremony });
  },
  takeCeremony: async (id) => {
    const row = await db.ceremonies.findOne({ _id: id });
    if (row === null) return null;
    // whoever removes it has it: finding and removing in one command is not one step on every server
    const { deletedCount } = await db.ceremonies.deleteOne({ _id: id });
    return deletedCount === 1 ? fromMongo<typeof row>(row).ceremony : null;
  },
});

const findAccount = async (db: MongoDatabase, id: AccountId): Promise<AccountState | null> =>
  (await db.accounts.where({ 'state.id': id }))[0] ?? null;

const findPasskey = async (db: MongoDatabase, id: string): Promise<PasskeyState | null> => {
  const state = await db.passkeys.get(id);
  if (state === null) return null;
  const { passkey, signUp } = state;
  return (await isThere(db, { account: passkey.account, signUp: signUp?.account.handle ?? null })) ? state : null;
};

const toAccount = (state: AccountState | null): Account | null => {
  if (state === null) return null;
  const { passwordHash: _, ...account } = state;
  return account;
};
