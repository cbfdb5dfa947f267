/**
 * The rows of a replica in y-indexeddb's format, read by its own `fetchUpdates`. Each row is a Yjs update; their number
 * is kept down by replacing them all with one. [BRW-6]
 */
import { fetchUpdates, type IndexeddbPersistence, PREFERRED_TRIM_SIZE } from 'y-indexeddb';
import * as Y from 'yjs';
import type { ReplicaConnection } from './replica-connection.ts';
import { awaitTransaction } from './replica-database.ts';

/** The fields of y-indexeddb's provider that its functions use: the document, and how far it has been read. */
type Place = Pick<IndexeddbPersistence, 'doc' | 'db' | '_dbref' | '_dbsize' | '_destroyed'>;

export interface StoredUpdates {
  /** The origin of transactions that load rows. */
  readonly origin: unknown;
  /** Brings rows not yet read into the document. */
  load(): Promise<void>;
  add(updates: readonly Uint8Array[]): Promise<void>;
  /** y-indexeddb's writes survive a crash of the browser; after this they survive a power cut. */
  makeDurable(): Promise<void>;
}

export const createStoredUpdates = (doc: Y.Doc, connection: ReplicaConnection): StoredUpdates => {
  const place: Place = { doc, db: null, _dbref: 0, _dbsize: 0, _destroyed: false };

  const fetch = async (): Promise<void> => {
    place.db = await connection.database();
    await fetchUpdates(place as IndexeddbPersistence);
  };

  const load = async (): Promise<void> => {
    try {
      await fetch();
    } catch (error) {
      if ((await dropUnreadable(await connection.database())) === 0) throw error;
      await fetch();
    }
  };

  /** Rows of other tabs are read first; those that they add meanwhile have later keys, and stay. */
  const trim = async (): Promise<void> => {
    await load();
    const rows = await writeRows(connection);
    rows.delete(IDBKeyRange.upperBound(place._dbref, true));
    rows.add(Y.encodeStateAsUpdate(doc));
    await awaitTransaction(rows.transaction);
    place._dbsize = 1;
  };

  return {
    origin: place,
    load,
    add: async (updates) => {
      const rows = await writeRows(connection);
      for (const update of updates) rows.add(update);
      await awaitTransaction(rows.transaction);
      place._dbsize += updates.length;
      if (place._dbsize >= PREFERRED_TRIM_SIZE) await trim();
    },
    makeDurable: async () => {
      const transaction = (await connection.database()).transaction('custom', 'readwrite', { durability: 'strict' });
      transaction.objectStore('custom').put(true, 'flushed');
      await awaitTransaction(transaction);
    },
  };
};

const writeRows = async (connection: ReplicaConnection): Promise<IDBObjectStore> =>
  (await connection.database()).transaction('updates', 'readwrite').objectStore('updates');

/**
 * Removes rows that Yjs cannot read, and tells how many. Nothing of the person's is lost: the server has the document,
 * and what it does not have yet is in the outbox.
 */
const dropUnreadable = async (database: IDBDatabase): Promise<number> => {
  const transaction = database.transaction('updates', 'readwrite');
  let dropped = 0;
  const request = transaction.objectStore('updates').openCursor();
  request.onsuccess = () => {
    const cursor = request.result;
    if (cursor === null) return;
    if (!isReadable(cursor.value)) {
      cursor.delete();
      dropped += 1;
    }
    cursor.continue();
  };
  await awaitTransaction(transaction);
  return dropped;
};

const isReadable = (row: unknown): boolean => {
  try {
    Y.decodeUpdate(row as Uint8Array);
    return true;
  } catch {
    return false; // the answer asked for
  }
};
