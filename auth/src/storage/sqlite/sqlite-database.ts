/**
 * node:sqlite with the few things this adapter needs: durable settings, the schema brought forward, transactions and
 * statements prepared once. Everything is synchronous, so nothing comes between the steps of a transaction.
 */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { MIGRATIONS } from './sqlite-schema.ts';

export interface SqliteDatabase {
  /** `Row` is what the statement selects: the schema is STRICT and ours alone. */
  get<Row>(sql: string, ...values: SQLInputValue[]): Row | null;
  all<Row>(sql: string, ...values: SQLInputValue[]): readonly Row[];
  /** Gives the number of rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number;
  /** BEGIN IMMEDIATE … COMMIT; rolled back when `work` throws. */
  transact<T>(work: () => T): T;
  close(): void;
}

/** `database` stays its owner's to close; it must not be in use for other tables. */
export type SqliteSource = { readonly path: string } | { readonly database: DatabaseSync };

export const openSqliteDatabase = (source: SqliteSource): SqliteDatabase => {
  const connection = 'database' in source ? source.database : openFile(source.path);
  connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  connection.exec('PRAGMA busy_timeout = 5000; PRAGMA trusted_schema = OFF;');
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql) ?? connection.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const transact = <T>(work: () => T): T => {
    connection.exec('BEGIN IMMEDIATE');
    try {
      const value = work();
      connection.exec('COMMIT');
      return value;
    } catch (error) {
      if (connection.isTransaction) connection.exec('ROLLBACK');
      throw error;
    }
  };
  migrate(connection, transact);
  return {
    get: <Row>(sql: string, ...values: SQLInputValue[]) => (prepare(sql).get(...values) as Row | undefined) ?? null,
    all: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).all(...values) as Row[],
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
    transact,
    close: () => {
      if (!('database' in source) && connection.isOpen) connection.close();
    },
  };
};

/** The file holds private keys, so only its owner may read it; SQLite gives its side files the same mode. */
const openFile = (path: string): DatabaseSync => {
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
  return new DatabaseSync(path);
};

/** @throws when the database was written by a newer version of this program. */
const migrate = (connection: DatabaseSync, transact: <T>(work: () => T) => T): void => {
  transact(() => {
    const row = connection.prepare('PRAGMA user_version').get() as { user_version: number };
    if (row.user_version > MIGRATIONS.length) {
      throw new Error(`the account database has version ${row.user_version}, this program knows ${MIGRATIONS.length}`);
    }
    for (const step of MIGRATIONS.slice(row.user_version)) connection.exec(step);
    connection.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
};
