/** Every statement of the SQLite adapter, prepared once: those that read, and those of the thread that writes. */
import type { DatabaseSync } from 'node:sqlite';
import type { JournalName } from '@kith/schema/doc-name';

const EVENT = `SELECT e.arrival, e.event_id, e.segment, e.received_at, w.account, w.device
  FROM events e JOIN writers w ON w.id = e.writer JOIN journals j ON j.id = e.journal WHERE j.name = ?`;
const ROW = 'SELECT j.name, r.* FROM rows r JOIN journals j ON j.id = r.journal';

export const prepareReads = (db: DatabaseSync) => ({
  incarnation: db.prepare("SELECT value FROM meta WHERE key = 'incarnation'"),
  lastEvent: db.prepare('SELECT arrival AS last FROM events WHERE journal = ? ORDER BY arrival DESC LIMIT 1'),
  rowsFrom: db.prepare(`${ROW} WHERE j.name = ? AND arrival >= ? ORDER BY arrival`),
  rowsOf: db.prepare(`${ROW} WHERE document = ? ORDER BY arrival`),
  snapshot: db.prepare('SELECT * FROM snapshots WHERE document = ?'),

  known: db.prepare(`${EVENT} AND e.event_id = ?`),
  taken: db.prepare('SELECT 1 FROM events WHERE event_id = ? LIMIT 1'),
  arrivals: db.prepare(`${EVENT} AND e.arrival > ? ORDER BY e.arrival LIMIT ?`),

  segments: db.prepare('SELECT * FROM segments WHERE conversation = ? ORDER BY n'),
  receipts: db.prepare('SELECT * FROM receipts WHERE conversation = ?'),
  receipt: db.prepare('SELECT arrival FROM receipts WHERE conversation = ? AND account = ? AND device = ?'),
});

export const prepareWrites = (db: DatabaseSync) => ({
  addJournal: db.prepare('INSERT INTO journals (name) VALUES (?) RETURNING id'),
  writerId: db.prepare('SELECT id FROM writers WHERE account = ? AND device = ?'),
  addWriter: db.prepare('INSERT INTO writers (account, device) VALUES (?, ?) RETURNING id'),
  addRow: db.prepare('INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
  addEvent: db.prepare('INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?)'),

  upto: db.prepare('SELECT upto FROM snapshots WHERE document = ?'),
  putSnapshot: db.prepare('INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?)'),
  dropRows: db.prepare('DELETE FROM rows WHERE document = ? AND last <= ?'),

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
  const lastRow = db.prepare('SELECT last FROM rows WHERE journal = ? ORDER BY arrival DESC LIMIT 1');
  const lastFolded = db.prepare('SELECT MAX(upto) AS last FROM snapshots WHERE journal = ?');
  return {
    idOf: (name) => (id.get(name)?.['id'] as number | undefined) ?? null,
    lastArrival: (journal) =>
      Math.max(Number(lastRow.get(journal)?.['last'] ?? 0), Number(lastFolded.get(journal)?.['last'] ?? 0)),
  };
};
