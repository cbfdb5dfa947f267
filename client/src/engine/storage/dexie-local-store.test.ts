import 'fake-indexeddb/auto';
import { createKithDatabase } from './dexie-database.ts';
import { createDexieLocalStore } from './dexie-local-store.ts';
import type { LocalStore } from './local-store.ts';
import { describeLocalStore } from './test/local-store-suite.ts';
import { createYIndexeddbReplicaKeeper } from './y-indexeddb-replica-keeper.ts';

const nameOf = new WeakMap<LocalStore, string>();

const open = (name: string): LocalStore => {
  const fail = (error: unknown): never => {
    throw error;
  };
  const store = createDexieLocalStore({
    database: createKithDatabase(name),
    replicas: createYIndexeddbReplicaKeeper({ indexedDB, prefix: name, onFailure: (_name, error) => fail(error) }),
    onWatchError: fail,
  });
  nameOf.set(store, name);
  return store;
};

describeLocalStore('Dexie and y-indexeddb', {
  create: async () => open(`kith-${crypto.randomUUID()}`),
  reopen: async (store) => {
    await store.close();
    return open(nameOf.get(store) ?? '');
  },
  sibling: async (store) => open(nameOf.get(store) ?? ''),
});
