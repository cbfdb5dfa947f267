import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { testDatabases } from '../../../scripts/services/test/test-services.ts';
import { copyDocuments, fillWithEverything, readBesideWriting, recordsOf } from '../test/document-copying-cases.ts';
import { event, head, journal, row, segment1, snapshot } from '../test/store-fixtures.ts';
import { readDocumentRecords } from './document-records.ts';
import type { DocumentStore } from './document-store.ts';
import { createMemoryDocumentStore } from './memory-document-store.ts';
import { createMongoDocumentStore } from './mongo-document-store.ts';
import { createSqliteDocumentStore } from './sqlite-document-store.ts';

const log = { info: () => {}, warn: () => {}, error: () => {} };
const databases = testDatabases();
const cleaning: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

/** Opens the same store each time. */
type Open = () => Promise<DocumentStore>;
const closing = (store: DocumentStore): DocumentStore => {
  cleaning.push(() => store.close());
  return store;
};

const ADAPTERS: Readonly<Record<string, () => Open>> = {
  memory: () => {
    const store = createMemoryDocumentStore();
    return async () => store;
  },
  SQLite: () => {
    const folder = mkdtempSync(join(tmpdir(), 'kith-copy-'));
    cleaning.push(() => rmSync(folder, { recursive: true, force: true }));
    return async () => closing(createSqliteDocumentStore({ path: join(folder, 'sync.sqlite'), log }));
  },
  MongoDB: () => {
    const { url, name: database } = databases.create();
    return async () => closing(await createMongoDocumentStore({ url, database }));
  },
};

for (const [from, createFrom] of Object.entries(ADAPTERS)) {
  describe(`from ${from}`, () => {
    for (const [to, createTo] of Object.entries(ADAPTERS)) {
      test(`[BAK-1] all that is there comes out in ${to} as it was, and is written on to there`, async () => {
        const source = await createFrom()();
        await fillWithEverything(source);
        const openTarget = createTo();
        await copyDocuments(source, await openTarget());
        const target = await openTarget();
        expect(await recordsOf(target)).toEqual(await recordsOf(source));
        expect(await target.position(journal)).toEqual(await source.position(journal));
        expect((await target.append([row(9, [event()])])).ok).toBe(true);
        expect(await target.compact(journal, 6, snapshot(9, segment1))).toBe(true);
        expect((await target.load(head)).rows.map(({ arrival }) => arrival)).toEqual([3]);
        const known = await source.arrivals(journal, 0, 10);
        expect(await target.taken(known.map(({ eventId }) => eventId))).toHaveLength(known.length);
      });
    }

    test('[BAK-1] what is written and folded while it is read belongs to one state of the journal', async () => {
      await readBesideWriting(await createFrom()());
    });

    test('[BAK-1] an incarnation is taken along', async () => {
      const open = createFrom();
      await (await open()).restore([{ type: 'store', incarnation: 7 }]);
      const store = await open();
      expect(await store.incarnation()).toBe(7);
      expect(await store.position(journal)).toMatchObject({ incarnation: 7 });
    });

    test('[BAK-1] a journal that does not end where it ended is found out', async () => {
      const store = await createFrom()();
      const end = { type: 'journal', journal, lastArrival: 2, lastEventArrival: 1 } as const;
      await expect(store.restore([{ type: 'row', row: row(1, []) }, end])).rejects.toThrow(/ends at arrival 1 .*at 2/);
    });
  });
}

test('[BAK-1] ten thousand rows are read a few at a time', async () => {
  const store = await ADAPTERS['SQLite']!()();
  for (let first = 1; first <= 10_000; first += 500) {
    await store.append(Array.from({ length: 500 }, (_, i) => row(first + i, [event()])));
  }
  let [rows, events] = [0, 0];
  for await (const record of readDocumentRecords(store)) {
    if (record.type === 'row') rows++;
    if (record.type === 'events') events += record.events.length;
    if (record.type === 'events') expect(record.events.length).toBeLessThanOrEqual(500);
  }
  expect([rows, events]).toEqual([10_000, 10_000]);
});
