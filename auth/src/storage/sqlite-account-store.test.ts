import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newConversationRow, newSignUp, nextEpoch } from '../test/account-fixtures.ts';
import { accountStoreRaces } from '../test/account-store-races.ts';
import { accountStoreSuite } from '../test/account-store-suite.ts';
import { MIGRATIONS } from './sqlite/sqlite-schema.ts';
import { createSqliteAccountStore } from './sqlite-account-store.ts';

accountStoreSuite('sqlite', () => createSqliteAccountStore({ path: ':memory:' }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-auth-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const path = () => join(folder, 'auth.sqlite');

accountStoreRaces('sqlite', () => [
  createSqliteAccountStore({ path: path() }),
  createSqliteAccountStore({ path: path() }),
]);

it('[AST-3] what was kept is there after the store was closed and opened', async () => {
  const ann = newSignUp('ann');
  const { conversation, epoch } = newConversationRow(ann.account.id);
  const first = createSqliteAccountStore({ path: path() });
  await first.createAccount(ann);
  await first.createConversation(conversation, epoch);
  await first.close();
  await first.close();
  const second = createSqliteAccountStore({ path: path() });
  expect(await second.accountByHandle('ann')).toEqual(ann.account);
  expect(await second.session(ann.session.id)).toEqual(ann.session);
  expect(await second.conversation(conversation.id)).toEqual(conversation);
  await second.close();
});

it('[AST-2] two processes at one file see one truth', async () => {
  const [one, two] = [createSqliteAccountStore({ path: path() }), createSqliteAccountStore({ path: path() })];
  const [ann, bob] = [newSignUp('ann'), newSignUp('bob')];
  await one.createAccount(ann);
  expect((await two.createAccount(newSignUp('ann'))).ok).toBe(false);
  await two.createAccount(bob);
  const { conversation, epoch } = newConversationRow(ann.account.id);
  await one.createConversation(conversation, epoch);
  expect((await two.appendEpoch(nextEpoch(conversation, 1, [bob.account.id]))).ok).toBe(true);
  expect(await one.appendEpoch(nextEpoch(conversation, 1, []))).toEqual({
    ok: false,
    error: { type: 'epoch-conflict' },
  });
  await one.close();
  await two.close();
});

it('[AST-3] the files may be read by their owner only', async () => {
  const store = createSqliteAccountStore({ path: path() });
  await store.createAccount(newSignUp('ann'));
  expect([path(), `${path()}-wal`].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
  await store.close();
});

it('[AST-3] commits survive a power cut: WAL with synchronous FULL', async () => {
  const database = new DatabaseSync(path());
  const store = createSqliteAccountStore({ database });
  expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  await store.close();
  expect(database.isOpen).toBe(true);
  database.close();
});

it('[AST-3] a database of a newer version is refused and stays as it is', () => {
  const database = new DatabaseSync(path());
  database.exec('PRAGMA user_version = 99');
  expect(() => createSqliteAccountStore({ database })).toThrow('version 99');
  expect(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()).toEqual({ n: 0 });
  database.close();
});

it('[AST-3] former members of a database of an older version are found in its epochs', async () => {
  const [ann, bob] = [newSignUp('ann'), newSignUp('bob')];
  const { conversation, epoch } = newConversationRow(ann.account.id);
  const database = new DatabaseSync(path());
  const store = createSqliteAccountStore({ database });
  for (const one of [ann, bob]) await store.createAccount(one);
  await store.createConversation(conversation, epoch);
  await store.appendEpoch(nextEpoch(conversation, 1, [bob.account.id]));
  await store.appendEpoch(nextEpoch(conversation, 2, []));
  database.exec(`DROP TABLE former_member; PRAGMA user_version = ${MIGRATIONS.length - 1}`);
  const later = createSqliteAccountStore({ database });
  expect(await later.formerMemberProfiles(conversation.id)).toMatchObject([{ account: bob.account.id }]);
  database.close();
});

it('[AST-3] a transaction that fails leaves nothing behind', async () => {
  const store = createSqliteAccountStore({ path: path() });
  const ann = newSignUp('ann');
  const broken = { ...ann, session: { ...ann.session, tokenHash: null as unknown as Uint8Array } };
  await expect(store.createAccount(broken)).rejects.toThrow('NOT NULL');
  expect(await store.accountByHandle('ann')).toBeNull();
  expect(await store.createAccount(ann)).toEqual({ ok: true, value: undefined });
  await store.close();
});
