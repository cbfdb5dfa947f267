/** The IndexedDB database of one replica: y-indexeddb's stores, with every failure as a rejection. */

export interface ReplicaDatabaseEvents {
  /** The browser closed the connection, or a newer version of the app asked for it. */
  readonly onClosed: () => void;
  /** Somebody deletes the database; the connection was closed to let them. */
  readonly onDeleted: () => void;
}

/**
 * `exists`: null where there is none (any more), and none is made. Rejects with the browser's error: no storage in a
 * private window, quota, a damaged database.
 */
export const openReplicaDatabase = (
  indexedDB: IDBFactory,
  name: string,
  mode: 'create' | 'exists',
  { onClosed, onDeleted }: ReplicaDatabaseEvents,
): Promise<IDBDatabase | null> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    let isMissing = false;
    request.onupgradeneeded = () => {
      isMissing = mode === 'exists';
      if (isMissing) return request.transaction?.abort(); // takes back the database that opening made
      request.result.createObjectStore('updates', { autoIncrement: true });
      request.result.createObjectStore('custom');
    };
    request.onerror = (event) => {
      event.preventDefault();
      if (isMissing) resolve(null);
      else reject(request.error);
    };
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = onClosed;
      database.onversionchange = ({ newVersion }) => {
        database.close();
        (newVersion === null ? onDeleted : onClosed)();
      };
      resolve(database);
    };
  });

/** Resolves when the transaction is complete; rejects with what aborted it, such as QuotaExceededError. */
export const awaitTransaction = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException('aborted by the browser', 'AbortError'));
  });

/** Waits for other connections to close, as ours do when asked. */
export const deleteReplicaDatabase = (indexedDB: IDBFactory, name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
