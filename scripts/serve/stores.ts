/** Where accounts and documents are kept: files of this machine, or a MongoDB. */
import { join } from 'node:path';
import { type AccountStore, createMongoAccountStore, createSqliteAccountStore } from '@kith/auth';
import { createMongoDocumentStore, createSqliteDocumentStore, type DocumentStore } from '@kith/sync-server';
import type { DatabaseAddress } from './config.ts';
import type { Log } from './log.ts';

export interface Stores {
  readonly accounts: AccountStore;
  readonly documents: DocumentStore;
}

interface StoresDeps {
  readonly dataDir: string;
  readonly database: DatabaseAddress | undefined;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
}

/** In the data folder. */
const ACCOUNTS_FILE = 'auth.sqlite';
export const DOCUMENTS_FILE = 'sync.sqlite';

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

const openAccounts = async ({ dataDir, database }: StoresDeps): Promise<AccountStore> =>
  database === undefined
    ? createSqliteAccountStore({ path: join(dataDir, ACCOUNTS_FILE) })
    : createMongoAccountStore({ url: database.url, database: `${database.name}-accounts` });

/** @throws Error as `openStores` does */
export const openDocuments = async ({ dataDir, database, log }: StoresDeps): Promise<DocumentStore> =>
  database === undefined
    ? createSqliteDocumentStore({ path: join(dataDir, DOCUMENTS_FILE), log })
    : createMongoDocumentStore({ url: database.url, database: `${database.name}-documents` });
