/** `DocumentStore` in a MongoDB database, for any number of processes at once. [STO-10] */
import { type JournalName, journalOfName } from '@kith/schema/doc-name';
import type { DocumentStore, IndexedEvent, JournalRow, Snapshot } from './document-store.ts';
import { createMongoCopying } from './mongo/mongo-copying.ts';
import { type MongoDatabase, type MongoDocumentsAddress, openMongoDatabase } from './mongo/mongo-database.ts';
import { createMongoJournals, newestOf, toIndexedEvents, toRows, withNewest } from './mongo/mongo-journals.ts';
import { createMongoReceipts } from './mongo/mongo-receipts.ts';
import { createMongoSegments } from './mongo/mongo-segments.ts';
import { createMongoSnapshots } from './mongo/mongo-snapshots.ts';
import { packRows } from './packed-rows.ts';

/** @throws Error when no server answers, or the database was written by a newer version. */
export const createMongoDocumentStore = async (address: MongoDocumentsAddress): Promise<DocumentStore> => {
  const db = await openMongoDatabase(address);
  const journals = createMongoJournals(db);
  const snapshots = createMongoSnapshots(db);
  const underWay = new Set<Promise<unknown>>();
  let closed: Promise<void> | null = null;
  const write = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closed !== null) throw new Error('the store is closed');
    const done = work();
    underWay.add(done);
    try {
      return await done;
    } finally {
      underWay.delete(done);
    }
  };

  const fold = async (from: number, snapshot: Snapshot): Promise<boolean> => {
    const isFolded = await snapshots.replace(from, snapshot);
    if (isFolded) await removeFolded(db, snapshot);
    return isFolded;
  };

  return {
    ...createReads(db),
    ...createMongoCopying(db, { fold }),
    ...createMongoSegments(db),
    ...createMongoReceipts(db),
    append: (rows) => write(() => journals.append(rows)),
    load: async (document) => {
      // in this order: what is folded while we read is in the snapshot, whatever of it was in the rows
      const rows = await rowsOf(db, document);
      const snapshot = await snapshots.get(document);
      return { snapshot, rows: rows.filter(({ arrival }) => arrival > (snapshot?.upto ?? 0)) };
    },
    compact: (_journal, from, snapshot) => write(() => fold(from, snapshot)),
    close: () => {
      closed ??= Promise.allSettled(underWay)
        .then(() => journals.settled())
        .then(() => db.close());
      return closed;
    },
  };
};

type Reads = Pick<DocumentStore, 'position' | 'rowsFrom' | 'known' | 'taken' | 'arrivals'>;

const createReads = ({ journals, batches, runs, incarnation }: MongoDatabase): Reads => ({
  position: async (journal) => {
    const found = await journals.findOne({ _id: journal }, { projection: { last: 1, lastEvent: 1 } });
    return { incarnation, lastArrival: found?.last ?? 0, lastEventArrival: found?.lastEvent ?? 0 };
  },
  rowsFrom: async (journal, arrival) => {
    const newest = newestOf(await journals.findOne({ _id: journal })).batches;
    const moved = await batches.find({ journal, last: { $gte: arrival } }).toArray();
    return inOrder(withNewest(moved, newest).flatMap(toRows)).filter((row) => row.arrival >= arrival);
  },
  known: async (journal, eventIds) => {
    const wanted = new Set(eventIds);
    const newest = newestOf(await journals.findOne({ _id: journal })).runs;
    const moved = await runs.find({ journal, ids: { $in: [...wanted] } }).toArray();
    return withNewest(moved, newest)
      .flatMap(toIndexedEvents)
      .filter(({ eventId }) => wanted.has(eventId));
  },
  taken: async (eventIds) => {
    const ids = { $in: [...eventIds] };
    const [newest, moved] = [
      await journals.find({ 'newest.ids': ids }, { projection: { 'newest.ids': 1 } }).toArray(),
      await runs.find({ ids }, { projection: { ids: 1 } }).toArray(),
    ];
    const taken = new Set([...newest.flatMap((journal) => journal.newest.ids), ...moved.flatMap((run) => run.ids)]);
    return eventIds.filter((id) => taken.has(id));
  },
  arrivals: async (journal, after, limit) => {
    const newest = newestOf(await journals.findOne({ _id: journal })).runs;
    // each run holds one event at least, and of the first all but the last may be earlier
    const moved = await runs
      .find({ journal, last: { $gt: after } })
      .sort({ last: 1 })
      .limit(limit)
      .toArray();
    const events = inOrder<IndexedEvent>(withNewest(moved, newest).flatMap(toIndexedEvents));
    return events.filter(({ arrival }) => arrival > after).slice(0, limit);
  },
});

const rowsOf = async ({ journals, batches }: MongoDatabase, document: string): Promise<JournalRow[]> => {
  const newest = newestOf(await journals.findOne({ _id: journalOfDocument(document) })).batches;
  const moved = await batches.find({ document }).toArray();
  return inOrder(
    withNewest(
      moved,
      newest.filter((batch) => batch.document === document),
    ).flatMap(toRows),
  );
};

/** A crash in between leaves what no reader takes, and the next fold of the document removes. */
const removeFolded = async ({ batches }: MongoDatabase, { document, upto }: Snapshot): Promise<void> => {
  await batches.deleteMany({ document, last: { $lte: upto } });
  const across = await batches.findOne({ document, arrival: { $lte: upto } });
  if (across === null) return;
  const packed = packRows(toRows(across).filter(({ arrival }) => arrival > upto));
  await batches.updateOne({ _id: across._id }, { $set: { packed } });
};

const inOrder = <T extends { readonly arrival: number }>(many: readonly T[]): T[] =>
  many.toSorted((a, b) => a.arrival - b.arrival);

const journalOfDocument = (document: string): JournalName => {
  const journal = journalOfName(document);
  if (journal === null) throw new RangeError(`${document} is no name of a document`);
  return journal;
};
