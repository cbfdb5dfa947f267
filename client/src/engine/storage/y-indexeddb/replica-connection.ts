/**
 * The connection to one replica's database. Browsers close connections on their own (iOS in the background, cleared
 * site data), and other tabs delete databases; y-indexeddb notices neither. [BRW-6]
 *
 *   open ⇄ lost (opened again on demand)          open, lost ──▶ deleted (final) | closed (final)
 */
import { openReplicaDatabase } from './replica-database.ts';

export class ReplicaDeletedError extends Error {
  override readonly name = 'ReplicaDeletedError';
}

export interface ReplicaConnection {
  /** Opens again what was lost. Rejects with the browser's error, or with `ReplicaDeletedError` once it was deleted. */
  database(): Promise<IDBDatabase>;
  isDeleted(): boolean;
  /** After a failure: the next `database()` opens anew. */
  drop(): void;
  close(): void;
}

export interface ReplicaConnectionDeps {
  readonly indexedDB: IDBFactory;
  readonly databaseName: string;
  /** The browser closed it: what was last written may not have arrived. */
  readonly onLost: () => void;
  /** Another tab deleted it. It is not made again: what was wiped stays wiped. */
  readonly onDeleted: () => void;
}

export const createReplicaConnection = (deps: ReplicaConnectionDeps): ReplicaConnection => {
  const { indexedDB, databaseName } = deps;
  let current: IDBDatabase | null = null;
  let state: 'new' | 'known' | 'deleted' | 'closed' = 'new';

  const onDeleted = (): void => {
    current = null;
    if (state !== 'known') return;
    state = 'deleted';
    deps.onDeleted();
  };

  const open = async (): Promise<IDBDatabase> => {
    const events = {
      onClosed: () => {
        current = null;
        if (state === 'known') deps.onLost();
      },
      onDeleted,
    };
    const opened = await openReplicaDatabase(indexedDB, databaseName, state === 'new' ? 'create' : 'exists', events);
    if (opened === null) {
      onDeleted();
      throw new ReplicaDeletedError(`${databaseName} was deleted`);
    }
    state = 'known';
    current = opened;
    return opened;
  };

  return {
    database: async () => {
      if (state === 'deleted') throw new ReplicaDeletedError(`${databaseName} was deleted`);
      if (state === 'closed') throw new DOMException(`${databaseName} is closed`, 'InvalidStateError');
      return current ?? open();
    },
    isDeleted: () => state === 'deleted',
    drop: () => {
      current?.close();
      current = null;
    },
    close: () => {
      state = 'closed';
      current?.close();
      current = null;
    },
  };
};
