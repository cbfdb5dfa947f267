/**
 * One persisted Yjs document, in y-indexeddb's format and loaded by it, but without its provider class, which loses
 * failures: an open that fails never settles, a write that fails is ignored, a connection that the browser closed throws
 * into whoever edits, and each opening stores the whole document once more. [BRW-6]
 */
import * as Y from 'yjs';
import type { ReplicaHandle } from './local-store.ts';
import { createReplicaConnection, ReplicaDeletedError } from './y-indexeddb/replica-connection.ts';
import { createReplicaWriter } from './y-indexeddb/replica-writer.ts';
import { createStoredUpdates } from './y-indexeddb/stored-updates.ts';

export interface YIndexeddbReplicaDeps {
  readonly indexedDB: IDBFactory;
  readonly databaseName: string;
  readonly doc: Y.Doc;
  /** Storing failed (quota, disk). The document goes on in memory; with its next update all of it is tried again. */
  readonly onFailure: (error: unknown) => void;
}

/** Bytes of an update that says nothing. */
const EMPTY_UPDATE_BYTES = 2;

/** Resolves when `doc` has what is stored. Rejects when that cannot be opened or read. */
export const openYIndexeddbReplica = async (deps: YIndexeddbReplicaDeps): Promise<ReplicaHandle> => {
  const { doc, indexedDB, databaseName } = deps;
  const connection = createReplicaConnection({
    indexedDB,
    databaseName,
    onLost: () => writer.distrust(),
    onDeleted: () => stop(),
  });
  const stored = createStoredUpdates(doc, connection);
  const writer = createReplicaWriter({
    whole: () => Y.encodeStateAsUpdate(doc),
    write: (updates) =>
      stored.add(updates).catch((error: unknown) => {
        connection.drop();
        throw error;
      }),
    isPassing: (error) => error instanceof DOMException && PASSING.has(error.name),
    onFailure: deps.onFailure,
  });
  const onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin !== stored.origin) writer.push(update);
  };
  const stop = (): void => {
    doc.off('update', onUpdate);
    doc.off('destroy', closeOnce);
    writer.stop();
  };
  const close = async (): Promise<void> => {
    doc.off('update', onUpdate);
    await writer.settle().catch(() => undefined); // told by `onFailure`; there is nobody left to try again
    stop();
    connection.close();
  };
  let closing: Promise<void> | null = null;
  const closeOnce = (): Promise<void> => {
    closing ??= close();
    return closing;
  };

  // From here on no change is missed, also those made while loading. What the document held before is new to the store.
  const before = Y.encodeStateAsUpdate(doc);
  if (before.length > EMPTY_UPDATE_BYTES) writer.push(before);
  doc.on('update', onUpdate);
  doc.on('destroy', closeOnce);
  try {
    await stored.load();
  } catch (error) {
    stop();
    connection.close();
    throw error;
  }
  return {
    flushed: async () => {
      await writer.settle();
      if (connection.isDeleted()) throw new ReplicaDeletedError(`${databaseName} was deleted`);
      await stored.makeDurable();
    },
    close: closeOnce,
  };
};

/** The connection was closed under the transaction: a new one may do. */
const PASSING: ReadonlySet<string> = new Set(['InvalidStateError', 'AbortError']);
