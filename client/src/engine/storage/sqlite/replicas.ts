/**
 * Replicas as rows of updates, written once per turn of the event loop, and folded into one row when there are many. A
 * replica that lost its tail is whole again after the next sync. [LOC-17]
 */
import * as Y from 'yjs';
import type { LocalStore, ReplicaHandle } from '../local-store.ts';
import type { ProfileDatabase } from './profile-database.ts';

const ROWS_BEFORE_TRIM = 200;
/** Origin of what is loaded, so that it is not written again. */
const LOADED = Symbol('loaded from the replica');

export const sqliteReplicas = (
  db: ProfileDatabase,
): Pick<LocalStore, 'openReplica' | 'deleteReplica'> & { flushAll(): void } => {
  const flushes = new Set<() => void>();
  return {
    openReplica: async (name, doc) => {
      const rows = db.all('SELECT bytes FROM replica WHERE name = ? ORDER BY id', name);
      doc.transact(() => {
        for (const row of rows) Y.applyUpdate(doc, row['bytes'] as Uint8Array, LOADED);
      }, LOADED);
      return openHandle(db, name, doc, rows.length, flushes);
    },
    deleteReplica: async (name) => db.run('DELETE FROM replica WHERE name = ?', name),
    flushAll: () => {
      for (const flush of flushes) flush();
    },
  };
};

const openHandle = (
  db: ProfileDatabase,
  name: string,
  doc: Y.Doc,
  rowCount: number,
  flushes: Set<() => void>,
): ReplicaHandle => {
  let pending: Uint8Array[] = [];
  let rows = rowCount;
  const flush = (): void => {
    const updates = pending;
    pending = [];
    if (updates.length === 0) return;
    const trim = rows + updates.length > ROWS_BEFORE_TRIM;
    db.transaction(() => {
      if (trim) db.run('DELETE FROM replica WHERE name = ?', name);
      const written = trim ? [Y.encodeStateAsUpdate(doc)] : updates;
      for (const update of written) db.run('INSERT INTO replica (name, bytes) VALUES (?, ?)', name, update);
    });
    rows = trim ? 1 : rows + updates.length;
  };
  const persist = (update: Uint8Array, origin: unknown): void => {
    if (origin === LOADED) return;
    if (pending.length === 0) setImmediate(flush);
    pending.push(update);
  };
  doc.on('update', persist);
  flushes.add(flush);
  return {
    flushed: async () => flush(),
    close: async () => {
      if (!flushes.delete(flush)) return;
      doc.off('update', persist);
      flush();
    },
  };
};
