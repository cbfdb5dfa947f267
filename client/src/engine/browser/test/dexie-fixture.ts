/** Dexie stores for the contract suite, each on a database of its own; runs under Node (fake-indexeddb) and in a page. */
import { createKithDatabase } from '../../storage/dexie-database.ts';
import { createDexieLocalStore } from '../../storage/dexie-local-store.ts';
import type { LocalStore } from '../../storage/local-store.ts';
import type { LocalStoreFixture } from '../../storage/test/local-store-suite.ts';
import { createYIndexeddbReplicaKeeper } from '../../storage/y-indexeddb-replica-keeper.ts';

export const createDexieFixture = (): LocalStoreFixture => {
  const nameByStore = new WeakMap<LocalStore, string>();
  const open = (name: string): LocalStore => {
    const store = openDexieStore(name);
    nameByStore.set(store, name);
    return store;
  };
  return {
    create: async () => {
      const store = open(`kith-${crypto.randomUUID()}`);
      await store.session(); // that a database was made counts as a change of everything in it
      return store;
    },
    reopen: async (store) => {
      await store.close();
      return open(nameByStore.get(store) ?? '');
    },
    sibling: async (store) => open(nameByStore.get(store) ?? ''),
  };
};

/** Failures that nobody awaits become uncaught errors, which fail the test run. */
export const openDexieStore = (name: string): LocalStore =>
  createDexieLocalStore({
    database: createKithDatabase(name),
    replicas: createYIndexeddbReplicaKeeper({ indexedDB, prefix: name, onFailure: (_name, error) => raise(error) }),
    onWatchError: raise,
  });

const raise = (error: unknown): void =>
  queueMicrotask(() => {
    throw error;
  });
