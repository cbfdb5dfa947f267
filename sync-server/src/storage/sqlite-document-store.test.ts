import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type AccountId, type ConversationId, createId, type DeviceId, type EventId } from '@kith/schema/ids';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { documentStoreSuite } from '../test/document-store-suite.ts';
import { testRandom } from '../test/events.ts';
import { createSqliteDocumentStore } from './sqlite-document-store.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

documentStoreSuite('SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-store-'));
  const open = async () => createSqliteDocumentStore({ path: join(folder, 'sync.db'), log: quiet });
  return {
    open,
    openAnother: open,
    reopen: async (store) => {
      await store.close();
      return open();
    },
    cleanUp: async () => rmSync(folder, { recursive: true, force: true }),
  };
});

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-store-'));
  path = join(folder, 'sync.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('[STO-2] a commit is flushed to the disk before its promise resolves, and read by another connection', async () => {
  const store = createSqliteDocumentStore({ path, log: quiet });
  const conversation = createId<ConversationId>(testRandom);
  const row = { journal: `conversation/${conversation}`, arrival: 1, document: 'd', update: Uint8Array.of(1) } as const;
  await store.append([{ ...row, events: [], bindings: [], receivedAt: 1, incarnation: 1 }]);
  const other = new DatabaseSync(path, { readOnly: true });
  expect(other.prepare('SELECT COUNT(*) AS n FROM batches').get()?.['n']).toBe(1);
  expect(other.prepare('PRAGMA journal_mode').get()?.['journal_mode']).toBe('wal');
  other.close();
  await store.close();
});

test('[STO-2] a write that cannot be committed rejects, and the same write succeeds later', async () => {
  const store = createSqliteDocumentStore({ path, log: quiet });
  const rival = new DatabaseSync(path);
  rival.exec('PRAGMA busy_timeout = 0; BEGIN IMMEDIATE');
  const journal = `conversation/${createId<ConversationId>(testRandom)}` as const;
  const row = { journal, arrival: 1, document: 'd', update: Uint8Array.of(1), events: [], bindings: [] };
  const append = () => store.append([{ ...row, receivedAt: 1, incarnation: 1 }]);
  await expect(append()).rejects.toThrow(/locked/);
  rival.exec('ROLLBACK');
  rival.close();
  expect((await append()).ok).toBe(true);
  await store.close();
});

test('[STO-2] a file of a newer version is not opened', () => {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA user_version = 99');
  db.close();
  expect(() => createSqliteDocumentStore({ path, log: quiet })).toThrow(/newer version/);
});

test('[STO-5] what was written is read at once, in order, and one write that is refused takes no other with it', async () => {
  const store = createSqliteDocumentStore({ path, log: quiet });
  const journal = `conversation/${createId<ConversationId>(testRandom)}` as const;
  const row = (arrival: number) => ({
    ...{ journal, arrival, document: 'd', update: Uint8Array.of(arrival), events: [], bindings: [] },
    ...{ receivedAt: 1, incarnation: 1 },
  });
  const results = await Promise.allSettled([1, 2, 9, 3].map((arrival) => store.append([row(arrival)])));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect((await store.rowsFrom(journal, 1)).map(({ arrival, update }) => [arrival, ...update])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  await store.close();
});

test('[STO-5] what waits when the store closes is durable; afterwards nothing is taken', async () => {
  const store = createSqliteDocumentStore({ path, log: quiet });
  const journal = `conversation/${createId<ConversationId>(testRandom)}` as const;
  const row = {
    journal,
    document: 'd',
    update: Uint8Array.of(1),
    events: [],
    bindings: [],
    receivedAt: 1,
    incarnation: 1,
  };
  const written = [1, 2, 3].map((arrival) => store.append([{ ...row, arrival }]));
  await Promise.all([store.close(), store.close()]);
  expect((await Promise.all(written)).map(({ ok }) => ok)).toEqual([true, true, true]);
  await expect(store.append([{ ...row, arrival: 4 }])).rejects.toThrow(/closed/);
  const other = new DatabaseSync(path, { readOnly: true });
  expect(other.prepare('SELECT COUNT(*) AS n FROM batches').get()?.['n']).toBe(3);
  other.close();
});

test('[STO-3] a fold joins the index entries of what it folds, and touches no others', async () => {
  const store = createSqliteDocumentStore({ path, log: quiet });
  const journal = `conversation/${createId<ConversationId>(testRandom)}` as const;
  const writer = { account: createId<AccountId>(testRandom), device: createId<DeviceId>(testRandom), segment: 1 };
  const fold = (document: string, upto: number) =>
    store.compact(journal, 0, { document, upto, state: Uint8Array.of(0), bindings: [] });
  for (let arrival = 1; arrival <= 60; arrival++) {
    const row = {
      journal,
      arrival,
      document: arrival <= 50 ? 'first' : 'second',
      update: Uint8Array.of(1),
      bindings: [],
    };
    const events = [{ eventId: createId<EventId>(testRandom), ...writer }];
    await store.append([{ ...row, events, receivedAt: arrival, incarnation: 1 }]);
    if (arrival === 50) await fold('first', 50);
  }
  await fold('second', 60);
  const other = new DatabaseSync(path, { readOnly: true });
  const runs = other.prepare('SELECT arrival, last FROM event_runs ORDER BY arrival').all();
  expect(runs.map(({ arrival, last }) => [arrival, last])).toEqual([
    [1, 40],
    [41, 50],
    [51, 60],
  ]);
  other.close();
  await store.close();
});
