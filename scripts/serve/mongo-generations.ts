/**
 * Which collections of a server's two databases are in use. A restore writes a generation of its own beside them, and
 * one change of one document puts it in their place: there is nothing in between. Servers ask when they start. The
 * first generation has plain names; an earlier one is kept until somebody drops it. [BAK-5]
 */
import { type Db, MongoClient } from 'mongodb';
import type { DatabaseAddress } from './config.ts';

export interface MongoGenerations {
  /** Begins the names of the collections in use. */
  prefix(): Promise<string>;
  /** Whether a server ever used the databases. */
  isUsed(): Promise<boolean>;
  /** A new, empty generation. What an interrupted one left is removed: whether there was such a one. */
  begin(): Promise<{ readonly prefix: string; readonly wasInterrupted: boolean }>;
  /** Puts the one begun in the place of the one in use. */
  accept(): Promise<void>;
  /** Removes the one begun. */
  drop(): Promise<void>;
  close(): Promise<void>;
}

interface GenerationsDoc {
  readonly _id: 'stores';
  readonly inUse: number;
  /** Being written. */
  readonly incoming: number | null;
}

const COLLECTION = 'generations';
const SELECT_MS = 10_000;

/** The two databases of one address. */
export const databaseNames = ({ name }: DatabaseAddress) =>
  ({ accounts: `${name}-accounts`, documents: `${name}-documents` }) as const;

/** @throws Error when no server answers. */
export const openMongoGenerations = async (address: DatabaseAddress): Promise<MongoGenerations> => {
  const client = new MongoClient(address.url, {
    serverSelectionTimeoutMS: SELECT_MS,
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
  });
  await client.connect();
  const names = databaseNames(address);
  const both = [client.db(names.accounts), client.db(names.documents)];
  const generations = client.db(names.documents).collection<GenerationsDoc>(COLLECTION);
  const read = async (): Promise<GenerationsDoc> =>
    (await generations.findOne({ _id: 'stores' })) ?? { _id: 'stores', inUse: 0, incoming: null };
  const write = async (changed: GenerationsDoc): Promise<void> => {
    await generations.replaceOne({ _id: 'stores' }, changed, { upsert: true });
  };
  const drop = async (): Promise<boolean> => {
    const known = await read();
    if (known.incoming === null) return false;
    for (const db of both) await dropCollections(db, prefixOf(known.incoming));
    await write({ ...known, incoming: null });
    return true;
  };

  return {
    prefix: async () => prefixOf((await read()).inUse),
    isUsed: async () => {
      const { inUse, incoming } = await read();
      const found = (await Promise.all(both.map(collectionsOf))).flat();
      const ofOthers = found.filter((name) => incoming === null || !name.startsWith(prefixOf(incoming)));
      return inUse > 0 || ofOthers.length > 0;
    },
    begin: async () => {
      const wasInterrupted = await drop();
      const known = await read();
      await write({ ...known, incoming: known.inUse + 1 });
      return { prefix: prefixOf(known.inUse + 1), wasInterrupted };
    },
    accept: async () => {
      const known = await read();
      if (known.incoming === null) throw new Error('somebody else removed what was written');
      await write({ _id: 'stores', inUse: known.incoming, incoming: null });
    },
    drop: async () => void (await drop()),
    close: () => client.close(),
  };
};

const prefixOf = (generation: number): string => (generation === 0 ? '' : `generation-${generation}.`);

const collectionsOf = async (db: Db): Promise<readonly string[]> => {
  const found = await db.listCollections({}, { nameOnly: true }).toArray();
  return found.map(({ name }) => name).filter((name) => name !== COLLECTION && !name.startsWith('system.'));
};

const dropCollections = async (db: Db, prefix: string): Promise<void> => {
  for (const name of await collectionsOf(db)) if (name.startsWith(prefix)) await db.dropCollection(name);
};
