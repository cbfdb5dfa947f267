/**
 * `DocumentStore` on one SQLite file (node:sqlite, WAL, synchronous FULL), for one process at a time. Reads run here, on
 * a connection of their own that sees every commit; writes run in a thread of their own. [STO-2] [STO-5]
 */
import { ok } from '@kith/schema/result';
import type { Log } from '../log.ts';
import type { DocumentStore } from './document-store.ts';
import { toBatches } from './row-batches.ts';
import { createSqliteReads } from './sqlite-reads.ts';
import { openDatabase } from './sqlite-schema.ts';
import { createTakenIds } from './sqlite-taken-ids.ts';
import { createWriteThread } from './sqlite-write-thread.ts';

export interface SqliteDocumentStoreDeps {
  readonly path: string;
  readonly log: Log;
}

/** @throws Error when the file was written by a newer version. */
export const createSqliteDocumentStore = ({ path, log }: SqliteDocumentStoreDeps): DocumentStore => {
  const db = openDatabase(path);
  db.exec('PRAGMA query_only = ON');
  const reads = createSqliteReads(db);
  const thread = createWriteThread({ path, log });
  const takenIds = createTakenIds(path);
  const write: typeof thread.write = async (...request) => {
    try {
      const result = await thread.write(...request);
      takenIds.committed();
      return result;
    } catch (cause) {
      takenIds.renew(); // a thread that ends may have stored it
      throw cause;
    }
  };

  return {
    ...reads,
    taken: async (eventIds) => takenIds.of(eventIds),

    append: async (rows) => {
      const [first] = rows;
      if (first === undefined) return ok(undefined);
      const batches = toBatches(rows);
      const buffers = batches.map(({ packed }) => packed.buffer);
      const result = await write('append', [first.journal, batches], buffers);
      if (result.ok) takenIds.committed(rows.flatMap(({ events }) => events.map(({ eventId }) => eventId)));
      return result;
    },
    compact: async (journal, from, snapshot) => {
      const state = snapshot.state.slice();
      const isFolded = await write('compact', [journal, from, { ...snapshot, state }], [state.buffer]);
      takenIds.renew(); // a fold writes much, which the log keeps as long as an older commit is in use
      return isFolded;
    },

    openSegment: (segment) => write('openSegment', [segment]),
    closeSegment: (...args) => write('closeSegment', args),
    putReceipts: (receipts) => write('putReceipts', [receipts]),

    restore: async (records) => {
      await write('restore', [records]);
      takenIds.renew();
    },

    close: async () => {
      await thread.close();
      takenIds.close();
      if (db.isOpen) db.close();
    },
  };
};
