/** IndexedDB as the browser gives it, with a hand on its failures. */

export interface RecordingFactory extends IDBFactory {
  /** The connection opened last. */
  last(): IDBDatabase;
  /** From now on adding rows throws this; null: works again. */
  failWrites(error: DOMException | null): void;
}

export const createRecordingFactory = (): RecordingFactory => {
  const opened: IDBDatabase[] = [];
  let failure: DOMException | null = null;
  const failing = (database: IDBDatabase): IDBDatabase => {
    const begin = database.transaction.bind(database);
    database.transaction = (...args) => {
      const transaction = begin(...args);
      const storeOf = transaction.objectStore.bind(transaction);
      transaction.objectStore = (name) => {
        const store = storeOf(name);
        const add = store.add.bind(store);
        store.add = (...row) => {
          if (failure !== null) throw failure;
          return add(...row);
        };
        return store;
      };
      return transaction;
    };
    return database;
  };
  return {
    open: (name, version) => {
      const request = indexedDB.open(name, version);
      request.addEventListener('success', () => opened.push(failing(request.result)));
      return request;
    },
    deleteDatabase: (name) => indexedDB.deleteDatabase(name),
    databases: () => indexedDB.databases(),
    cmp: (a, b) => indexedDB.cmp(a, b),
    last: () => {
      const database = opened.at(-1);
      if (database === undefined) throw new Error('nothing was opened');
      return database;
    },
    failWrites: (error) => {
      failure = error;
    },
  };
};

/** Every open fails, as in a window without storage. */
export const createRefusingFactory = (error: DOMException): IDBFactory => ({
  ...createRecordingFactory(),
  open: () => {
    const request = { error, onerror: null as ((event: Event) => void) | null };
    queueMicrotask(() => request.onerror?.(new Event('error')));
    return request as unknown as IDBOpenDBRequest;
  },
});

export const countRows = (databaseName: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open(databaseName);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const counting = database.transaction('updates').objectStore('updates').count();
      counting.onsuccess = () => {
        database.close();
        resolve(counting.result);
      };
    };
  });

export const databaseExists = async (databaseName: string): Promise<boolean> =>
  (await indexedDB.databases()).some(({ name }) => name === databaseName);
