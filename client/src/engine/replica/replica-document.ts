/** The Yjs document of a replica and where it is kept. Another document after each `renew`. [REP-1] */
import * as Y from 'yjs';
import { createListeners } from '../listeners.ts';
import type { LocalStore, ReplicaHandle } from '../storage/local-store.ts';

export interface ReplicaDocument {
  readonly doc: Y.Doc;
  open(): Promise<void>;
  /** Throws the copy away: the next content is the server's. */
  renew(): Promise<void>;
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

export const createReplicaDocument = (store: LocalStore, name: string, isKept: boolean): ReplicaDocument => {
  const changes = createListeners<void>();
  const told = (): void => changes.tell();
  let doc = new Y.Doc();
  let handle: ReplicaHandle | null = null;

  const open = async (): Promise<void> => {
    doc = new Y.Doc();
    if (isKept) handle = await store.openReplica(name, doc);
    doc.on('update', told);
    changes.tell();
  };
  const close = async (): Promise<void> => {
    doc.off('update', told);
    await handle?.close();
    handle = null;
    doc.destroy();
  };
  return {
    get doc() {
      return doc;
    },
    open,
    renew: async () => {
      await close();
      await store.deleteReplica(name);
      await open();
    },
    onChange: changes.add,
    close,
  };
};
