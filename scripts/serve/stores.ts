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
  readonly log: Log;
}

/** @throws Error when the database does not answer, or was written by a newer version. */
export const openStores = async ({ dataDir, database, log }: StoresDeps): Promise<Stores> => {
  if (database === undefined) {
    return {
      accounts: createSqliteAccountStore({ path: join(dataDir, 'auth.sqlite') }),
      documents: createSqliteDocumentStore({ path: join(dataDir, 'sync.sqlite'), log }),
    };
  }
  const { url, name } = database;
  const accounts = await createMongoAccountStore({ url, database: `${name}-accounts` });
  try {
    return { accounts, documents: await createMongoDocumentStore({ url, database: `${name}-documents` }) };
  } catch (cause) {
    await accounts.close();
    throw cause;
  }
};
