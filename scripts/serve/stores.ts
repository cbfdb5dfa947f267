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
export const openStores = async (given: StoresDeps): Promise<Stores> => {
  // asked once: accounts and documents are of one generation, whatever is put in use meanwhile
  const deps = { ...given, prefix: await prefixOf(given) };
  const accounts = await openAccounts(deps);
  try {
    return { accounts, documents: await openDocuments(deps) };
  } catch (cause) {
    await accounts.close();
    throw cause;
  }
};

const openAccounts = async ({ dataDir, database, prefix }: Required<StoresDeps>): Promise<AccountStore> =>
  database === undefined
    ? createSqliteAccountStore({ path: join(dataDir, STORE_FILES.accounts) })
    : createMongoAccountStore({
        url: database.url,
        database: databaseNames(database).accounts,
        prefix,
      });

/** @throws Error as `openStores` does */
export const openDocuments = async ({ dataDir, database, log, ...given }: StoresDeps): Promise<DocumentStore> =>
  database === undefined
    ? createSqliteDocumentStore({ path: join(dataDir, STORE_FILES.documents), log })
    : createMongoDocumentStore({
        url: database.url,
        database: databaseNames(database).documents,
        prefix: await prefixOf({ database, ...given }),
      });

/** As given, else of what is in use; files have none. */
const prefixOf = async ({ database, prefix }: Pick<StoresDeps, 'database' | 'prefix'>): Promise<string> => {
  if (database === undefined || prefix !== undefined) return prefix ?? '';
  const generations = await openMongoGenerations(database);
  try {
    return await generations.prefix();
  } finally {
    await generations.close();
  }
};
