/** PORT. Keeps Yjs documents on the device, beside a browser's tables. */
import type * as Y from 'yjs';
import type { ReplicaHandle } from './local-store.ts';

export interface ReplicaKeeper {
  /** Loads what is stored into `doc`, then stores its every update until closed. Rejects when it cannot be opened. */
  open(name: string, doc: Y.Doc): Promise<ReplicaHandle>;
  /** Closes it where it is open, then removes it. */
  delete(name: string): Promise<void>;
  /** Closes every handle. */
  close(): Promise<void>;
}

/** For those who never open a replica, such as a tab beside its worker. */
export const createNoReplicas = (): ReplicaKeeper => ({
  open: async (name) => {
    throw new Error(`replica ${name}: this store is for reading tables`);
  },
  delete: async () => undefined,
  close: async () => undefined,
});
