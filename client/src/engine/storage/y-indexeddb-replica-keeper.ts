/** ADAPTER of `ReplicaKeeper`: a database for each document, in y-indexeddb's format. [BRW-6] */
import type { ReplicaHandle } from './local-store.ts';
import type { ReplicaKeeper } from './replica-keeper.ts';
import { deleteReplicaDatabase } from './y-indexeddb/replica-database.ts';
import { openYIndexeddbReplica } from './y-indexeddb-replica.ts';

export interface YIndexeddbReplicaKeeperDeps {
  readonly indexedDB: IDBFactory;
  /** Name of the profile's database; those of its replicas begin with it. */
  readonly prefix: string;
  readonly onFailure: (name: string, error: unknown) => void;
}

export const createYIndexeddbReplicaKeeper = (deps: YIndexeddbReplicaKeeperDeps): ReplicaKeeper => {
  const openByName = new Map<string, Set<ReplicaHandle>>();
  const databaseName = (name: string): string => `${deps.prefix}/${name}`;

  const closeAll = async (name: string): Promise<void> => {
    for (const handle of openByName.get(name) ?? []) await handle.close();
  };

  return {
    open: async (name, doc) => {
      const replica = await openYIndexeddbReplica({
        indexedDB: deps.indexedDB,
        databaseName: databaseName(name),
        doc,
        onFailure: (error) => deps.onFailure(name, error),
      });
      const handles = openByName.get(name) ?? new Set();
      const handle: ReplicaHandle = {
        flushed: () => replica.flushed(),
        close: async () => {
          handles.delete(handle);
          await replica.close();
        },
      };
      openByName.set(name, handles.add(handle));
      return handle;
    },
    delete: async (name) => {
      await closeAll(name);
      openByName.delete(name);
      await deleteReplicaDatabase(deps.indexedDB, databaseName(name));
    },
    close: async () => {
      for (const name of openByName.keys()) await closeAll(name);
    },
  };
};
