/** Every statement of the SQLite adapter, prepared once: those that read, and those of the thread that writes. */
import type { DatabaseSync } from 'node:sqlite';
import type { JournalName } from '@kith/schema/doc-name';

/** Where to begin, so that an arrival in the middle of something is not missed. */
const runHolding = (table: string): string =>
  `COALESCE((SELECT MAX(arrival) FROM ${table} WHERE journal = ?1 AND arrival <= ?2), 0)`;

export const prepareReads = (db: DatabaseSync) => ({
  incarnation: db.prepare("SELECT value FROM meta WHERE key = 'incarnation'"),
  lastEvent: db.prepare('SELECT last FROM event_runs WHERE journal = ? ORDER BY arrival DESC LIMIT 1'),
  batchesFrom: db.prepare(
    `SELECT document, packed FROM batches WHERE journal = ?1 AND arrival >= ${runHolding('batches')} ORDER BY arrival`,
  ),
  batchesOf: db.prepare('SELECT packed FROM batches WHERE document = ? ORDER BY arrival'),
  journalOf: db.prepare(
    'SELECT j.name FROM batches b JOIN journals j ON j.id = b.journal WHERE b.document = ? LIMIT 1',
  ),
  snapshot: db.prepare('SELECT * FROM snapshots WHERE document = ?'),

  arrivalOf: db.prepare('SELECT arrival FROM event_ids WHERE event_id = ? AND journal = ?'),
  taken: db.prepare('SELECT 1 FROM event_ids WHERE event_id = ? LIMIT 1'),
  /** From the one on that holds an arrival. */
  runsFrom: db.prepare(
    `SELECT arrival, segment, events FROM event_runs
     WHERE journal = ?1 AND arrival >= ${runHolding('event_runs')} ORDER BY arrival LIMIT ?3`,
  ),
  writer: db.prepare('SELECT account, device FROM writers WHERE id = ?'),

  segments: db.prepare('SELECT * FROM segments WHERE conversation = ? ORDER BY n'),
  receipts: db.prepare('SELECT * FROM receipts WHERE conversation = ?'),
  receipt: db.prepare('SELECT arrival FROM receipts WHERE conversation = ? AND account = ? AND device = ?'),
});

export const prepareWrites = (db: DatabaseSync) => ({
  addJournal: db.prepare('INSERT INTO journals (name) VALUES (?) RETURNING id'),
  writerId: db.prepare('SELECT id FROM writers WHERE account = ? AND device = ?'),
  addWriter: db.prepare('INSERT INTO writers (account, device) VALUES (?, ?) RETURNING id'),
  addBatch: db.prepare('INSERT INTO batches VALUES (?, ?, ?, ?, ?)'),
  addRun: db.prepare('INSERT INTO event_runs VALUES (?, ?, ?, ?, ?)'),
  /** Of a stretch of arrivals. */
  runsWithin: db.prepare(
    'SELECT arrival, segment, events FROM event_runs WHERE journal = ? AND arrival >= ? AND last <= ? ORDER BY arrival',
  ),
  dropRuns: db.prepare('DELETE FROM event_runs WHERE journal = ? AND arrival >= ? AND last <= ?'),
  /** Changes nothing where the journal has the event. */
  addEventId: db.prepare('INSERT OR IGNORE INTO event_ids VALUES (?, ?, ?)'),

  upto: db.prepare('SELECT upto FROM snapshots WHERE document = ?'),
  putSnapshot: db.prepare('INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?)'),
  foldedBatches: db.prepare('SELECT arrival, last FROM batches WHERE document = ? AND last <= ? ORDER BY arrival'),
  dropBatches: db.prepare('DELETE FROM batches WHERE document = ? AND last <= ?'),
  /** Those that begin before an arrival and go on behind it; without the others there is one at most. */
  batchAcross: db.prepare('SELECT rowid, packed FROM batches WHERE document = ? AND arrival <= ?'),
  cutBatch: db.prepare('UPDATE batches SET arrival = ?, packed = ? WHERE rowid = ?'),

  openSegment: db.prepare(
    `INSERT INTO segments (conversation, n, importer, first_arrival, opened_at) SELECT ?1, ?2, ?3, ?4, ?5
     WHERE ?2 = 1 + (SELECT COALESCE(MAX(n), 0) FROM segments WHERE conversation = ?1)`,
  ),
  closeSegment: db.prepare(
    `UPDATE segments SET closed_at = ?, events = ?, first_time = ?, last_time = ? WHERE conversation = ? AND n = ?`,
  ),
  putReceipt: db.prepare(
    `INSERT INTO receipts VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
     SET arrival = excluded.arrival, at = excluded.at WHERE excluded.arrival > receipts.arrival`,
  ),
});

export interface JournalEnds {
  /** Null: never written to. */
  idOf(name: JournalName): number | null;
  /** Rows folded away count too: their snapshot says up to where they went. */
  lastArrival(id: number): number;
}

/** Both threads ask where a journal ends. */
export const prepareJournalEnds = (db: DatabaseSync): JournalEnds => {
  const id = db.prepare('SELECT id FROM journals WHERE name = ?');
  const lastRow = db.prepare('SELECT last FROM batches WHERE journal = ? ORDER BY arrival DESC LIMIT 1');
  const lastFolded = db.prepare('SELECT MAX(upto) AS last FROM snapshots WHERE journal = ?');
  return {
    idOf: (name) => (id.get(name)?.['id'] as number | undefined) ?? null,
    lastArrival: (journal) =>
      Math.max(Number(lastRow.get(journal)?.['last'] ?? 0), Number(lastFolded.get(journal)?.['last'] ?? 0)),
  };
};
