/** ADAPTER. The store in one SQLite file: WAL, synchronous FULL, so what resolved survives a power cut. */
import type { SigningKey } from '../tokens/signing-key.ts';
import type { AccountStore, KeyStore } from './account-store.ts';
import { createSqliteConversations } from './sqlite/sqlite-conversations.ts';
import { createSqliteCopying, insertSigningKey } from './sqlite/sqlite-copying.ts';
import { openSqliteDatabase, type SqliteDatabase, type SqliteSource } from './sqlite/sqlite-database.ts';
import { createSqliteIdentities } from './sqlite/sqlite-identities.ts';
import { createSqliteInvites } from './sqlite/sqlite-invites.ts';
import { createSqliteSessions } from './sqlite/sqlite-sessions.ts';

/** @throws when the file cannot be opened or was written by a newer version. */
export const createSqliteAccountStore = (source: SqliteSource): AccountStore => {
  const db = openSqliteDatabase(source);
  return {
    ...createSqliteIdentities(db),
    ...createSqliteSessions(db),
    ...createSqliteConversations(db),
    ...createSqliteInvites(db),
    ...createSqliteKeys(db),
    ...createSqliteCopying(db),
    close: async () => db.close(),
  };
};

const createSqliteKeys = (db: SqliteDatabase): KeyStore => ({
  signingKeys: async () =>
    db
      .all<{ kid: string; jwk: string; createdAt: number }>(
        'SELECT kid, jwk, created_at AS createdAt FROM signing_key ORDER BY created_at DESC, rowid DESC',
      )
      .map((row) => ({ ...row, jwk: JSON.parse(row.jwk) as SigningKey['jwk'] })),
  addSigningKey: async (key) => insertSigningKey(db, key),
  removeSigningKey: async (kid) => {
    db.run('DELETE FROM signing_key WHERE kid = ?', kid);
  },
  secret: async (name, candidate) =>
    db.transact(() => {
      db.run('INSERT INTO secret VALUES (?, ?) ON CONFLICT DO NOTHING', name, candidate);
      return db.get<{ value: Uint8Array }>('SELECT value FROM secret WHERE name = ?', name)?.value ?? candidate;
    }),
});
