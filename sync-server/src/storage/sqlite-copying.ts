/** What copies read of the SQLite adapter beside the rest. No statement stays open in between: it would hold a commit. */
import type { DatabaseSync } from 'node:sqlite';
import type { JournalName } from '@kith/schema/doc-name';
import type { DocumentCopying } from './document-store.ts';
import { unpackRows } from './packed-rows.ts';
import { prepareJournalEnds, prepareReads } from './sqlite-statements.ts';

export type SqliteCopyReads = Omit<DocumentCopying, 'restore'>;

export const createSqliteCopyReads = (db: DatabaseSync): SqliteCopyReads => {
  const { incarnation } = prepareReads(db);
  const ends = prepareJournalEnds(db);
  const names = db.prepare(
    `SELECT name FROM journals UNION SELECT 'conversation/' || conversation FROM segments
     UNION SELECT 'conversation/' || conversation FROM receipts ORDER BY 1`,
  );
  const snapshots = db.prepare('SELECT document, upto FROM snapshots WHERE journal = ? ORDER BY document');
  const nextBatch = db.prepare(
    'SELECT arrival, document, packed FROM batches WHERE journal = ? AND arrival > ? ORDER BY arrival LIMIT 1',
  );
  /** Of the batch in which an arrival is. */
  const holding = db.prepare('SELECT MAX(arrival) AS arrival FROM batches WHERE journal = ? AND arrival <= ?');

  return {
    incarnation: async () => Number(incarnation.get()?.['value']),
    journals: async () => names.all().map((row) => row['name'] as JournalName),
    snapshotsOf: async (journal) => {
      const id = ends.idOf(journal);
      const rows = id === null ? [] : snapshots.all(id);
      return rows.map((row) => ({ document: row['document'] as string, upto: row['upto'] as number }));
    },
    streamRows: async function* (journal, arrival) {
      const id = ends.idOf(journal);
      if (id === null) return;
      let before = Number(holding.get(id, arrival)?.['arrival'] ?? 0) - 1;
      for (let batch = nextBatch.get(id, before); batch !== undefined; batch = nextBatch.get(id, before)) {
        const rows = unpackRows(journal, batch['document'] as string, batch['packed'] as Uint8Array);
        for (const row of rows) if (row.arrival >= arrival) yield row;
        before = batch['arrival'] as number;
      }
    },
  };
};
