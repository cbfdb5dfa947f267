/**
 * The tables of a profile folder, and how they are opened: WAL, synchronous FULL, because a send that has resolved must
 * survive a power cut. The lock is exclusive: one process per profile.
 */
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';

/** Grows with each change of the tables; a newer profile than this code is not opened. */
const SCHEMA_VERSION = 2;

/** What each version added to the one before it. */
const FIRST_TABLES = `
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE conversation (id TEXT PRIMARY KEY, title BLOB NOT NULL, row TEXT NOT NULL) STRICT;
CREATE TABLE member (
  conversation TEXT NOT NULL, position INTEGER NOT NULL, row TEXT NOT NULL,
  PRIMARY KEY (conversation, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE receipt (
  conversation TEXT NOT NULL, account TEXT NOT NULL, device TEXT NOT NULL, arrival INTEGER NOT NULL, at REAL NOT NULL,
  PRIMARY KEY (conversation, account, device)
) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT NULL, event_id TEXT UNIQUE, kind INTEGER, target TEXT,
  time INTEGER, body BLOB, signed_segment INTEGER, signed_bytes BLOB, command TEXT
) STRICT;
CREATE TABLE quarantine (
  event_id TEXT PRIMARY KEY, position INTEGER NOT NULL, conversation TEXT NOT NULL, kind INTEGER NOT NULL, target TEXT,
  time INTEGER NOT NULL, body BLOB NOT NULL, signed_segment INTEGER, signed_bytes BLOB,
  code TEXT NOT NULL, detail TEXT, at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE message (
  conversation TEXT NOT NULL, time INTEGER NOT NULL, event_id TEXT NOT NULL, account TEXT NOT NULL, device TEXT NOT NULL,
  segment INTEGER, arrival INTEGER, bytes BLOB, message TEXT NOT NULL, shown INTEGER NOT NULL, refused TEXT,
  PRIMARY KEY (conversation, time, event_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX message_by_event ON message (event_id);
CREATE INDEX message_by_arrival ON message (conversation, arrival, account) WHERE shown = 1 AND arrival IS NOT NULL;
CREATE TABLE change (
  event_id TEXT PRIMARY KEY, target TEXT NOT NULL, conversation TEXT NOT NULL, account TEXT NOT NULL, device TEXT NOT NULL,
  segment INTEGER NOT NULL, arrival INTEGER, bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX change_by_target ON change (target);
CREATE TABLE replica (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, bytes BLOB NOT NULL
) STRICT;
CREATE INDEX replica_by_name ON replica (name, id);
`;
const SECOND_TABLES = `
CREATE TABLE refused_command (
  position INTEGER PRIMARY KEY, conversation TEXT NOT NULL, command TEXT NOT NULL, code TEXT NOT NULL, at REAL NOT NULL
) STRICT;
`;

const TABLE_NAMES = [
  'setting',
  'conversation',
  'member',
  'receipt',
  'outbox',
  'quarantine',
  'refused_command',
  'message',
  'change',
  'replica',
];

export type SqlRow = Record<string, SQLOutputValue>;

/** Prepared statements by their text, transactions, nothing about the domain. */
export interface ProfileDatabase {
  all(sql: string, ...values: SQLInputValue[]): SqlRow[];
  get(sql: string, ...values: SQLInputValue[]): SqlRow | undefined;
  run(sql: string, ...values: SQLInputValue[]): void;
  /** All of `work` or none of it. `work` is synchronous, so transactions never interleave. */
  transaction<T>(work: () => T): T;
  clear(): void;
  close(): void;
}

/** @throws Error when another process has the profile open, or a newer version made it. */
export const openProfileDatabase = (path: string): ProfileDatabase => {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  createTables(database);
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const prepared = (sql: string) => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const transaction = <T>(work: () => T): T => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };
  return {
    all: (sql, ...values) => prepared(sql).all(...values),
    get: (sql, ...values) => prepared(sql).get(...values),
    run: (sql, ...values) => void prepared(sql).run(...values),
    transaction,
    clear: () => transaction(() => TABLE_NAMES.forEach((table) => void database.exec(`DELETE FROM ${table}`))),
    close: () => {
      if (database.isOpen) database.close();
    },
  };
};

const createTables = (database: DatabaseSync): void => {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version > SCHEMA_VERSION) throw new Error(`this profile was made by a newer version (${version})`);
  if (version === SCHEMA_VERSION) return;
  const missing = [FIRST_TABLES, SECOND_TABLES].slice(version).join('');
  database.exec(`BEGIN IMMEDIATE; ${missing} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
};
