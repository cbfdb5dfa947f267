/** The tables of the SQLite adapter, and the settings that make a commit durable. [STO-2] */
import { DatabaseSync } from 'node:sqlite';

const VERSION = 1;

/** Accounts with devices and names of journals are written once and referred to by number: the index stays small. */
const TABLES = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO meta VALUES ('incarnation', 1);
  CREATE TABLE journals (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE writers (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, device TEXT NOT NULL, UNIQUE (account, device)) STRICT;
  CREATE TABLE rows (
    journal INTEGER NOT NULL, arrival INTEGER NOT NULL, last INTEGER NOT NULL, document TEXT NOT NULL,
    bytes BLOB NOT NULL, events TEXT NOT NULL, bindings TEXT NOT NULL,
    received_at INTEGER NOT NULL, incarnation INTEGER NOT NULL) STRICT;
  CREATE UNIQUE INDEX rows_by_arrival ON rows (journal, arrival, last);
  CREATE INDEX rows_by_document ON rows (document, arrival);
  CREATE TABLE events (
    journal INTEGER NOT NULL, arrival INTEGER NOT NULL, event_id BLOB NOT NULL, segment INTEGER NOT NULL,
    writer INTEGER NOT NULL, received_at INTEGER NOT NULL, PRIMARY KEY (journal, arrival)) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX events_by_id ON events (event_id, journal);
  CREATE TABLE snapshots (
    document TEXT PRIMARY KEY, journal INTEGER NOT NULL, upto INTEGER NOT NULL, state BLOB NOT NULL,
    bindings TEXT NOT NULL) STRICT;
  CREATE INDEX snapshots_by_journal ON snapshots (journal, upto);
  CREATE TABLE segments (
    conversation TEXT NOT NULL, n INTEGER NOT NULL, importer TEXT, first_arrival INTEGER NOT NULL,
    opened_at INTEGER NOT NULL, closed_at INTEGER, events INTEGER, first_time INTEGER, last_time INTEGER,
    PRIMARY KEY (conversation, n)) STRICT, WITHOUT ROWID;
  CREATE TABLE receipts (
    conversation TEXT NOT NULL, account TEXT NOT NULL, device TEXT NOT NULL, arrival INTEGER NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (conversation, account, device)) STRICT, WITHOUT ROWID;
`;

/** @throws Error when the file was written by a newer version: opening it could only lose what that one knows. */
export const openDatabase = (path: string): DatabaseSync => {
  const db = new DatabaseSync(path, { timeout: 250 });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > VERSION) {
    db.close();
    throw new Error(`${path} was written by a newer version of Kith (layout ${version}, this one knows ${VERSION})`);
  }
  if (version === 0) db.exec(`BEGIN IMMEDIATE; ${TABLES} PRAGMA user_version = ${VERSION}; COMMIT;`);
  return db;
};
