/** All that the account store holds in SQLite, out and in. */
import type { AccountId, ConversationId } from '@kith/schema/ids';
import { unreachable } from '@kith/schema/result';
import type { Conversation, Epoch } from '../../conversations/conversation.ts';
import type { AccountCopying, AccountRecord } from '../account-store.ts';
import { assertCounts } from '../assert-counts.ts';
import { insertConversation, insertEpoch, writeMembers } from './sqlite-conversations.ts';
import type { SqliteDatabase } from './sqlite-database.ts';
import { insertCredential, PASSKEY, type PasskeyRow, toPasskey } from './sqlite-identities.ts';
import { insertInvite } from './sqlite-invites.ts';
import { insertDevice, insertSession } from './sqlite-sessions.ts';

export const createSqliteCopying = (db: SqliteDatabase): AccountCopying => ({
  accountIds: async () => db.all<{ id: AccountId }>('SELECT id FROM account ORDER BY id').map(({ id }) => id),
  conversationIds: async () =>
    db.all<{ id: ConversationId }>('SELECT id FROM conversation ORDER BY id').map(({ id }) => id),
  passkeysOf: async (account) => db.all<PasskeyRow>(`${PASSKEY} WHERE account = ? ORDER BY id`, account).map(toPasskey),
  secrets: async () => db.all<{ name: string; value: Uint8Array }>('SELECT name, value FROM secret ORDER BY name'),
  restore: async (records) => {
    // members come before their accounts; whether all of them came is checked at the end
    db.run('PRAGMA foreign_keys = OFF');
    try {
      db.transact(() => {
        for (const record of records) restoreOne(db, record);
      });
    } finally {
      db.run('PRAGMA foreign_keys = ON');
    }
  },
});

const restoreOne = (db: SqliteDatabase, record: AccountRecord): void => {
  switch (record.type) {
    case 'epoch':
      restoreEpoch(db, record.epoch);
      return;
    case 'conversation':
      restoreConversation(db, record.conversation);
      return;
    case 'invite':
      insertInvite(db, record.invite);
      return;
    case 'account': {
      const { id, handle, name, createdAt } = record.account;
      db.run('INSERT INTO account VALUES (?, ?, ?, ?)', id, handle, name, createdAt);
      if (record.passwordHash !== null) insertCredential(db, id, { type: 'password', hash: record.passwordHash });
      for (const passkey of record.passkeys) insertCredential(db, id, { type: 'passkey', passkey });
      return;
    }
    case 'device':
      insertDevice(db, record.device);
      if (record.session !== null) insertSession(db, record.session);
      return;
    case 'signing-key':
      insertSigningKey(db, record.key);
      return;
    case 'secret':
      db.run('INSERT INTO secret VALUES (?, ?)', record.name, record.value);
      return;
    case 'accounts':
      checkAll(db, record);
      return;
    default:
      unreachable(record);
  }
};

const restoreConversation = (db: SqliteDatabase, conversation: Conversation): void => {
  insertConversation(db, conversation);
  writeMembers(db, { conversation: conversation.id, at: conversation.createdAt }, conversation.members);
};

/** Who left with it is written down, as when it was made. */
const restoreEpoch = (db: SqliteDatabase, epoch: Epoch): void => {
  const { conversation, number, at } = epoch;
  db.run(
    `INSERT OR REPLACE INTO former_member
       SELECT ?1, m.value ->> 'account', ?3 FROM epoch AS e, json_each(e.members) AS m
       WHERE e.conversation = ?1 AND e.number = ?2 - 1 AND NOT EXISTS (
         SELECT 1 FROM json_each(?4) AS now WHERE now.value ->> 'account' = m.value ->> 'account')`,
    ...[conversation, number, at, JSON.stringify(epoch.members)],
  );
  insertEpoch(db, epoch);
};

const checkAll = (db: SqliteDatabase, record: AccountRecord & { readonly type: 'accounts' }): void => {
  const count = (table: string): number => db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0;
  assertCounts(record, { accounts: count('account'), conversations: count('conversation') });
  const [broken] = db.all<{ table: string; parent: string }>('PRAGMA foreign_key_check');
  if (broken !== undefined) throw new Error(`something of ${broken.table} names a ${broken.parent} that is not there`);
};

export const insertSigningKey = (
  db: SqliteDatabase,
  { kid, jwk, createdAt }: (AccountRecord & { readonly type: 'signing-key' })['key'],
): void => {
  db.run('INSERT INTO signing_key VALUES (?, ?, ?)', kid, JSON.stringify(jwk), createdAt);
};
