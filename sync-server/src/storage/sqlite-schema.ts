/** The tables of the SQLite adapter, and the settings that make a commit durable. [STO-2] */
import { DatabaseSync } from 'node:sqlite';
import { moveFromLayout1 } from './sqlite-layout-1.ts';

const VERSION = 2;

/** What is appended, and the index of its events. */
const JOURNAL_TABLES = `
  CREATE TABLE batches (
    journal INTEGER NOT NULL, arrival INTEGER NOT NULL, last INTEGER NOT NULL, document TEXT NOT NULL,
    packed BLOB NOT NULL) STRICT;
  CREATE UNIQUE INDEX batches_by_arrival ON batches (journal, arrival, last);
  CREATE INDEX batches_by_document ON batches (document, arrival);
  CREATE TABLE event_runs (
    journal INTEGER NOT NULL, arrival INTEGER NOT NULL, last INTEGER NOT NULL, segment INTEGER NOT NULL,
    events BLOB NOT NULL, PRIMARY KEY (journal, arrival)) STRICT, WITHOUT ROWID;
  CREATE TABLE event_ids (
    event_id BLOB NOT NULL, journal INTEGER NOT NULL, arrival INTEGER NOT NULL,
    PRIMARY KEY (event_id, journal)) STRICT, WITHOUT ROWID;
`;

/** Accounts with devices and names of journals are written once and referred to by number: the index stays small. */
const TABLES = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO meta VALUES ('incarnation', 1);
  CREATE TABLE journals (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE writers (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, device TEXT NOT NULL, UNIQUE (account, device)) STRICT;
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

/**
 * Temporary tables in memory: what savepoints keep of pages would be a file made and removed at each commit.
 * @throws Error when the file was written by a newer version: opening it could only lose what that one knows.
 */
export const openDatabase = (path: string): DatabaseSync => {
  const db = new DatabaseSync(path, { timeout: 250 });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;');
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > VERSION) {
    db.close();
    throw new Error(`${path} was written by a newer version of Kith (layout ${version}, this one knows ${VERSION})`);
  }
  if (version < VERSION) bringForward(db, version);
  return db;
};

const bringForward = (db: DatabaseSync, version: number): void => {
  db.exec(`BEGIN IMMEDIATE; ${version === 0 ? TABLES : ''} ${JOURNAL_TABLES}`);
  if (version === 1) moveFromLayout1(db);
  db.exec(`PRAGMA user_version = ${VERSION}; COMMIT;`);
};
