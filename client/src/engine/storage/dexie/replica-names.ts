/**
 * Which replicas there are on this device. Each is a database of its own, and no transaction spans several: so a name
 * is written down before its database is made, and wiping dooms the names in the transaction that clears the tables.
 * Whatever a crash leaves behind is doomed still, and is deleted at the next chance. [BRW-6]
 */
import type { KithDatabase } from '../dexie-database.ts';
import type { ReplicaKeeper } from '../replica-keeper.ts';

export interface ReplicaNames {
  /** Before a replica is opened. */
  claim(name: string): Promise<void>;
  /** Deletes a replica, then its name. */
  forget(name: string): Promise<void>;
  /** Within a transaction on `replicas`. */
  doomAll(): Promise<void>;
  /** Deletes every doomed replica. */
  sweep(): Promise<void>;
}

export const dexieReplicaNames = ({ replicas: names }: KithDatabase, replicas: ReplicaKeeper): ReplicaNames => {
  const forget = async (name: string): Promise<void> => {
    await replicas.delete(name);
    await names.delete(name);
  };
  const sweep = async (): Promise<void> => {
    const doomed = await names.filter((entry) => entry.doomed).toArray();
    for (const { name } of doomed) await forget(name);
  };
  return {
    claim: async (name) => {
      await sweep();
      await names.put({ name, doomed: false });
    },
    forget,
    doomAll: async () => {
      await names.toCollection().modify({ doomed: true });
    },
    sweep,
  };
};
