/** What is measured: each adapter of `DocumentStore` on an empty store of its own, and what it takes on the disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSqliteDocumentStore, type DocumentStore } from '@kith/sync-server';
import { createMongoDocumentStore } from '@kith/sync-server/mongo-document-store';
import { MongoClient } from 'mongodb';
import { findMongo } from '../../scripts/services/mongo.ts';
import type { Service } from '../../scripts/services/service.ts';

export interface StoreUnderTest {
  open(): Promise<DocumentStore>;
  /** Of the process that writes to the disk; null where that runs elsewhere. */
  readonly writerPid: number | null;
  /** Indexes included, free pages not. Null where the server does not say. */
  sizeBytes(): Promise<number | null>;
  remove(): Promise<void>;
}

export interface StoreKind {
  /** With the server behind it. */
  readonly name: string;
  create(): Promise<StoreUnderTest>;
  close(): Promise<void>;
}

export const QUIET_LOG = { info: () => {}, warn: () => {}, error: () => {} };

const sqliteKind: StoreKind = {
  name: 'SQLite',
  create: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kith-storage-'));
    const path = join(folder, 'sync.sqlite');
    return {
      open: async () => createSqliteDocumentStore({ path, log: QUIET_LOG }),
      writerPid: process.pid,
      sizeBytes: async () => sizeOfSqlite(path),
      remove: async () => rmSync(folder, { recursive: true }),
    };
  },
  close: async () => {},
};

/** What the tables take once the log is written back, without the pages that await use. */
const sizeOfSqlite = (path: string): number => {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const read = (pragma: string): number => Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
  const bytes = (read('page_count') - read('freelist_count')) * read('page_size');
  db.close();
  return bytes;
};

const mongoKind = async (): Promise<StoreKind | null> => {
  try {
    const source = await findMongo();
    const service = await source.start();
    let made = 0;
    return {
      name: `MongoDB-compatible (${source.name})`,
      create: async () => createMongoUnderTest(service, `kith-bench-${process.pid}-${++made}`),
      close: service.stop,
    };
  } catch (error) {
    process.stderr.write(`Without MongoDB: ${error instanceof Error ? error.message : error}\n`);
    return null;
  }
};

const createMongoUnderTest = ({ url, process: own }: Service, database: string): StoreUnderTest => ({
  open: () => createMongoDocumentStore({ url, database }),
  writerPid: own?.pid() ?? null,
  sizeBytes: () => withMongo(url, async (client) => sizeOfMongo(await client.db(database).stats())),
  remove: () => withMongo(url, async (client) => void (await client.db(database).dropDatabase())),
});

const withMongo = async <T>(url: string, work: (client: MongoClient) => Promise<T>): Promise<T> => {
  const client = new MongoClient(url);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
};

const sizeOfMongo = ({ storageSize, indexSize }: { storageSize?: number; indexSize?: number }): number | null =>
  storageSize ? storageSize + (indexSize ?? 0) : null;

/** Those that this machine can have, `only` one of them if it is named; the caller closes them. */
export const storeKinds = async (only: 'sqlite' | 'mongo' | undefined): Promise<StoreKind[]> => {
  const mongo = only === 'sqlite' ? null : await mongoKind();
  return [...(only === 'mongo' ? [] : [sqliteKind]), ...(mongo === null ? [] : [mongo])];
};
