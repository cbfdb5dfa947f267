/**
 * Making an account. One insert is it: that of the account, by its handle. What belongs to it is written before and does
 * not count until then. A passkey's id is taken by writing down, with it, all that is being made: whoever wants the same
 * one finishes that, or finds that it never can be, because its handle went to somebody else. [AST-4]
 *
 *   passkey (with the sign-up) ── device and session ── account
 */
import { err, ok } from '@kith/schema/result';
import type { IdentityStore, NewAccount } from '../account-store.ts';
import type { MongoDatabase } from './mongo-database.ts';
import type { AccountState } from './mongo-layout.ts';

export const createAccount = async (
  db: MongoDatabase,
  made: NewAccount,
): ReturnType<IdentityStore['createAccount']> => {
  if ((await db.accounts.get(made.account.handle)) !== null) return err({ type: 'handle-taken' });
  if (!(await reservePasskey(db, made))) return err({ type: 'passkey-exists' });
  return (await finish(db, made)) ? ok(undefined) : err({ type: 'handle-taken' });
};

/** Of states written by a sign-up, whether it came to its end. */
export const isThere = async (
  db: MongoDatabase,
  { signUp, account }: { readonly signUp: string | null; readonly account: string },
): Promise<boolean> => signUp === null || (await db.accounts.get(signUp))?.id === account;

const reservePasskey = async (db: MongoDatabase, made: NewAccount): Promise<boolean> => {
  const { account, credential } = made;
  if (credential.type !== 'passkey') return true;
  return db.passkeys.change(credential.passkey.id, async (held) => {
    const holder = held?.signUp ?? null;
    if (holder?.account.id === account.id) return { next: null, answer: true };
    const isFree = held === null || (holder !== null && !(await finish(db, holder)));
    return isFree
      ? { next: { passkey: credential.passkey, signUp: made }, answer: true }
      : { next: null, answer: false };
  });
};

/** False when the handle belongs to another account; that is so for ever. */
const finish = async (db: MongoDatabase, made: NewAccount): Promise<boolean> => {
  const { account, credential, device, session } = made;
  await db.devices.change(device.id, (known) => ({
    next: known === null ? { device, session, signUp: account.handle } : null,
    answer: undefined,
  }));
  const passwordHash = credential.type === 'password' ? credential.hash : null;
  const state: AccountState = { ...account, passwordHash };
  return db.accounts.change<boolean>(account.handle, (owner) =>
    owner === null ? { next: state, answer: true } : { next: null, answer: owner.id === account.id },
  );
};
