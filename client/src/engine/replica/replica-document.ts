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

interface DocumentDeps {
  readonly store: Pick<LocalStore, 'openReplica' | 'deleteReplica'>;
  readonly name: string;
  readonly isKept: boolean;
  /** The device could not keep or read the copy: the document goes on without one, loaded from the server. [REP-6] */
  readonly failed: (error: unknown) => void;
}

export const createReplicaDocument = ({ store, name, isKept, failed }: DocumentDeps): ReplicaDocument => {
  const changes = createListeners<void>();
  const told = (): void => changes.tell();
  let doc = new Y.Doc();
  let handle: ReplicaHandle | null = null;

  const keep = async (): Promise<void> => {
    try {
      handle = await store.openReplica(name, doc);
    } catch (error) {
      failed(error);
      doc = new Y.Doc(); // what was read of the copy may be a part of it
    }
  };
  const begin = async (keeps: boolean): Promise<void> => {
    doc = new Y.Doc();
    if (keeps) await keep();
    doc.on('update', told);
    changes.tell();
  };
  const close = async (): Promise<void> => {
    doc.off('update', told);
    await handle?.close().catch(failed);
    handle = null;
    doc.destroy();
  };
  /** False when it may still be there: then nothing may be read from it. */
  const forget = async (): Promise<boolean> => {
    try {
      await store.deleteReplica(name);
      return true;
    } catch (error) {
      failed(error);
      return false;
    }
  };
  return {
    get doc() {
      return doc;
    },
    open: () => begin(isKept),
    renew: async () => {
      await close();
      await begin((await forget()) && isKept);
    },
    onChange: changes.add,
    close,
  };
};
