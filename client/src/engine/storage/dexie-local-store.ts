/**
 * ADAPTER of `LocalStore` in the browser: tables on Dexie (IndexedDB); replicas by whoever keeps them. [LOC-1] [BRW-5]
 * A tab that only reads passes `createNoReplicas()`, which keeps Yjs out of its bundle.
 */
import { dexieConversations } from './dexie/conversations.ts';
import { dexieMessages } from './dexie/messages.ts';
import { dexieOutbox } from './dexie/outbox.ts';
import { dexieRefusedCommands } from './dexie/refused-commands.ts';
import { dexieReplicaNames } from './dexie/replica-names.ts';
import { dexieSession } from './dexie/session.ts';
import { dexieWatch } from './dexie/watch.ts';
import type { KithDatabase } from './dexie-database.ts';
import type { LocalStore } from './local-store.ts';
import type { ReplicaKeeper } from './replica-keeper.ts';

export interface DexieLocalStoreDeps {
  /** Owned by the store from here on: closed with it. */
  readonly database: KithDatabase;
  readonly replicas: ReplicaKeeper;
  /** A watched read failed, as it does when the browser takes the database away. The watch goes on with the next change. */
  readonly onWatchError: (error: unknown) => void;
}

export const createDexieLocalStore = ({ database, replicas, onWatchError }: DexieLocalStoreDeps): LocalStore => {
  const stops = new Set<() => void>();
  const watch = dexieWatch(database, onWatchError);
  const names = dexieReplicaNames(database, replicas);
  return {
    ...dexieSession(database),
    ...dexieConversations(database),
    ...dexieOutbox(database),
    ...dexieRefusedCommands(database),
    ...dexieMessages(database),
    openReplica: async (name, doc) => {
      await names.claim(name);
      return replicas.open(name, doc);
    },
    deleteReplica: (name) => names.forget(name),
    wipe: async () => {
      await database.transaction('rw', database.tables, async () => {
        const kept = database.tables.filter((table) => table.name !== database.replicas.name);
        await Promise.all(kept.map((table) => table.clear()));
        await names.doomAll();
      });
      await names.sweep();
    },
    watch: (read, listener, pace) => {
      const unsubscribe = watch(read, listener, pace);
      const stop = (): void => {
        stops.delete(stop);
        unsubscribe();
      };
      stops.add(stop);
      return stop;
    },
    close: async () => {
      for (const stop of [...stops]) stop();
      await replicas.close();
      database.close();
    },
  };
};
