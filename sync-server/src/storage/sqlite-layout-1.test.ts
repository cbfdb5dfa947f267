import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type AccountId, type ConversationId, createId, type DeviceId, type EventId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import { testRandom } from '../test/events.ts';
import { createSqliteDocumentStore } from './sqlite-document-store.ts';
import { eventIdToBytes } from './sqlite-encoding.ts';

const LAYOUT_1 = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO meta VALUES ('incarnation', 1);
  CREATE TABLE journals (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE writers (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, device TEXT NOT NULL, UNIQUE (account, device)) STRICT;
  CREATE TABLE rows (
    journal INTEGER NOT NULL, arrival INTEGER NOT NULL, last INTEGER NOT NULL, document TEXT NOT NULL,
    bytes BLOB NOT NULL, events TEXT NOT NULL, bindings TEXT NOT NULL,
    received_at INTEGER NOT NULL, incarnation INTEGER NOT NULL) STRICT;
  CREATE UNIQUE INDEX rows_by_arrival ON rows (journal, arrival, last);
  CREATE INDEX rows_by_document ON rows (document, arrival);
  CREATE TABLE events (
    journal INTEGER NOT NULL, arrival INTEGER NOT NULL, event_id BLOB NOT NULL, segment INTEGER NOT NULL,
    writer INTEGER NOT NULL, received_at INTEGER NOT NULL, PRIMARY KEY (journal, arrival)) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX events_by_id ON events (event_id, journal);
  CREATE TABLE snapshots (
    document TEXT PRIMARY KEY, journal INTEGER NOT NULL, upto INTEGER NOT NULL, state BLOB NOT NULL,
    bindings TEXT NOT NULL) STRICT;
  CREATE INDEX snapshots_by_journal ON snapshots (journal, upto);
  CREATE TABLE segments (
    conversation TEXT NOT NULL, n INTEGER NOT NULL, importer TEXT, first_arrival INTEGER NOT NULL,
    opened_at INTEGER NOT NULL, closed_at INTEGER, events INTEGER, first_time INTEGER, last_time INTEGER,
    PRIMARY KEY (conversation, n)) STRICT, WITHOUT ROWID;
  CREATE TABLE receipts (
    conversation TEXT NOT NULL, account TEXT NOT NULL, device TEXT NOT NULL, arrival INTEGER NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (conversation, account, device)) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 1;
`;
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

test('[STO-9] a file of the first layout is brought forward with all that is in it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-store-'));
  const path = join(folder, 'sync.db');
  const journal = `conversation/${createId<ConversationId>(testRandom)}` as const;
  const writer = { account: createId<AccountId>(testRandom), device: createId<DeviceId>(testRandom) };
  const [folded, a, b] = Array.from({ length: 3 }, () => createId<EventId>(testRandom)) as [EventId, EventId, EventId];
  const db = new DatabaseSync(path);
  db.exec(LAYOUT_1);
  db.prepare('INSERT INTO journals VALUES (7, ?)').run(journal);
  db.prepare('INSERT INTO writers VALUES (3, ?, ?)').run(writer.account, writer.device);
  db.prepare("INSERT INTO snapshots VALUES ('d', 7, 1, x'0000', '[]')").run();
  const bindings = JSON.stringify([[5, null, null]]);
  const events = JSON.stringify([[1, writer.account, writer.device, [a, b]]]);
  db.prepare("INSERT INTO rows VALUES (7, 2, 3, 'd', x'0102', ?, ?, 1002, 1)").run(events, bindings);
  db.prepare("INSERT INTO rows VALUES (7, 4, 4, 'other', x'03', '[]', '[]', 1004, 1)").run();
  for (const [arrival, id] of [folded, a, b].entries())
    db.prepare('INSERT INTO events VALUES (7, ?, ?, 1, 3, ?)').run(arrival + 1, eventIdToBytes(id), 1_001 + arrival);
  db.close();

  const store = createSqliteDocumentStore({ path, log: quiet });
  const stored = [a, b].map((eventId) => ({ eventId, segment: 1, ...writer }));
  expect((await store.rowsFrom(journal, 1)).map((row) => ({ ...row, update: [...row.update] }))).toEqual([
    {
      ...{ journal, arrival: 2, document: 'd', update: [1, 2], events: stored, receivedAt: 1_002, incarnation: 1 },
      bindings: [{ clientId: 5, account: null, device: null }],
    },
    {
      journal,
      arrival: 4,
      document: 'other',
      update: [3],
      events: [],
      bindings: [],
      receivedAt: 1_004,
      incarnation: 1,
    },
  ]);
  expect(await store.position(journal)).toEqual({ incarnation: 1, lastArrival: 4, lastEventArrival: 3 });
  expect(
    (await store.arrivals(journal, 0, 9)).map((event) => [event.arrival, event.eventId, event.receivedAt]),
  ).toEqual([folded, a, b].map((id, i) => [i + 1, id, 1_001 + i]));
  expect(await store.known(journal, [b])).toEqual([{ ...stored[1], arrival: 3, receivedAt: 1_003 }]);
  expect(await store.taken([folded])).toEqual([folded]);
  expect((await store.load('d')).snapshot?.upto).toBe(1);
  await store.close();
  await createSqliteDocumentStore({ path, log: quiet }).close();
  rmSync(folder, { recursive: true });
});
