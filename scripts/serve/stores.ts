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
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
}

/** @throws Error when the database does not answer, or was written by a newer version. */
export const openStores = async (deps: StoresDeps): Promise<Stores> => {
  const accounts = await openAccounts(deps);
  try {
    return { accounts, documents: await openDocuments(deps) };
  } catch (cause) {
    await accounts.close();
    throw cause;
  }
};

const openAccounts = async ({ dataDir, database, prefix }: StoresDeps): Promise<AccountStore> =>
  database === undefined
    ? createSqliteAccountStore({ path: join(dataDir, STORE_FILES.accounts) })
    : createMongoAccountStore({
        url: database.url,
        database: databaseNames(database).accounts,
        prefix: prefix ?? (await prefixInUse(database)),
      });

/** @throws Error as `openStores` does */
export const openDocuments = async ({ dataDir, database, prefix, log }: StoresDeps): Promise<DocumentStore> =>
  database === undefined
    ? createSqliteDocumentStore({ path: join(dataDir, STORE_FILES.documents), log })
    : createMongoDocumentStore({
        url: database.url,
        database: databaseNames(database).documents,
        prefix: prefix ?? (await prefixInUse(database)),
      });

const prefixInUse = async (database: DatabaseAddress): Promise<string> => {
  const generations = await openMongoGenerations(database);
  try {
    return await generations.prefix();
  } finally {
    await generations.close();
  }
};
