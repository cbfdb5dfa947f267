/** Where accounts and documents are kept: files of this machine, or a MongoDB. */
import { join } from 'node:path';
import { type AccountStore, createMongoAccountStore, createSqliteAccountStore } from '@kith/auth';
import { createMongoDocumentStore, createSqliteDocumentStore, type DocumentStore } from '@kith/sync-server';
import type { DatabaseAddress } from './config.ts';
import { STORE_FILES } from './incoming-files.ts';
import type { Log } from './log.ts';
import { databaseNames, openMongoGenerations } from './mongo-generations.ts';

export interface Stores {
  readonly accounts: AccountStore;
  readonly documents: DocumentStore;
}

interface StoresDeps {
  readonly dataDir: string;
  readonly database: DatabaseAddress | undefined;
  /** In a database: begins the names of its collections; left out, of those in use. */
  readonly prefix?: string;
  readonly log: Log;
}

/** @throws Error when the database does not answer, or was written by a newer version. */
export const openStores = async ({ dataDir, database, log, ...more }: StoresDeps): Promise<Stores> => {
  if (database === undefined) {
    const path = join(dataDir, STORE_FILES.documents);
    return withDocuments(createSqliteAccountStore({ path: join(dataDir, STORE_FILES.accounts) }), async () =>
      createSqliteDocumentStore({ path, log }),
    );
  }
  const { url } = database;
  const names = databaseNames(database);
  const prefix = more.prefix ?? (await prefixInUse(database));
  const accounts = await createMongoAccountStore({ url, database: names.accounts, prefix });
  return withDocuments(accounts, () => createMongoDocumentStore({ url, database: names.documents, prefix }));
};

const withDocuments = async (accounts: AccountStore, open: () => Promise<DocumentStore>): Promise<Stores> => {
  try {
    return { accounts, documents: await open() };
  } catch (cause) {
    await accounts.close();
    throw cause;
  }
};

const prefixInUse = async (database: DatabaseAddress): Promise<string> => {
  const generations = await openMongoGenerations(database);
  try {
    return await generations.prefix();
  } finally {
    await generations.close();
  }
};
