/**
 * The two databases of a MongoDB address. Nothing tells whether servers run on them: whoever replaces their data has
 * to stop them.
 */
import type { DatabaseAddress } from '../serve/config.ts';
import { databaseNames, openMongoGenerations } from '../serve/mongo-generations.ts';
import { openStores, type Stores } from '../serve/stores.ts';
import type { PlaceDeps, StorePlace } from './store-place.ts';

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** @throws Error when no server answers. */
export const createMongoPlace = async (database: DatabaseAddress, { say }: PlaceDeps): Promise<StorePlace> => {
  const generations = await openMongoGenerations(database);
  /** Of what is being written here. */
  let incoming: string | null = null;
  const open = (prefix: string): Promise<Stores> => openStores({ dataDir: '', database, prefix, log });
  const openInUse = async (): Promise<Stores> => open(await generations.prefix());

  return {
    name: `the database ${database.name}`,
    isUsed: generations.isUsed,
    open: openInUse,
    openBesideServer: openInUse,
    openIncoming: async () => {
      const { prefix, wasInterrupted } = await generations.begin();
      if (wasInterrupted) say(`A copy into ${database.name} was interrupted; it begins anew.\n`);
      incoming = prefix;
      return open(prefix);
    },
    reopenIncoming: () => open(incoming ?? ''),
    accept: async () => {
      const [before, wasUsed] = [await generations.prefix(), await generations.isUsed()];
      await generations.accept();
      incoming = null;
      const names = databaseNames(database);
      const which = before === '' ? 'those without a generation in their names' : `${before}*`;
      return wasUsed ? `the collections of ${names.accounts} and ${names.documents}, ${which}` : null;
    },
    close: async () => {
      if (incoming !== null) await generations.drop();
      incoming = null;
      await generations.close();
    },
  };
};
