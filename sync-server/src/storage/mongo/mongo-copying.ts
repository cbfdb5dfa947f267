/** All that a document store in MongoDB holds, out and in. Nobody else uses a database that is being restored. */
import { journalOfName } from '@kith/schema/doc-name';
import type { ConversationId } from '@kith/schema/ids';
import { unreachable } from '@kith/schema/result';
import { assertEnd } from '../assert-end.ts';
import {
  type DocumentCopying,
  type DocumentRecord,
  type JournalRow,
  lastArrivalOf,
  type Snapshot,
} from '../document-store.ts';
import { toBatches, toRunsOfEvents } from '../row-batches.ts';
import type { MongoDatabase } from './mongo-database.ts';
import { newestOf, toRows, toRunDoc } from './mongo-journals.ts';

interface MongoCopyingDeps {
  /** As `DocumentStore.compact`. */
  readonly fold: (from: number, snapshot: Snapshot) => Promise<boolean>;
}

export const createMongoCopying = (db: MongoDatabase, deps: MongoCopyingDeps): DocumentCopying => {
  const { journals, batches, snapshots, incarnation } = db;
  return {
    incarnation: async () => incarnation,
    journals: async () => {
      const written = await journals.find({}, { projection: { _id: 1 } }).toArray();
      const names = new Set(written.map(({ _id }) => _id));
      for (const part of [db.segments, db.receipts]) {
        const conversations: readonly ConversationId[] = await part.distinct('conversation');
        for (const conversation of conversations) names.add(`conversation/${conversation}`);
      }
      return [...names].sort();
    },
    snapshotsOf: async (journal) => {
      // names of its documents are the journal's own, or go on behind a slash, after which 0 comes
      const within = { $gte: journal, $lt: `${journal}0` };
      const found = await snapshots.find({ _id: within }, { projection: { upto: 1 } }).toArray();
      return found
        .filter(({ _id }) => journalOfName(_id) === journal)
        .map(({ _id, upto }) => ({ document: _id, upto }))
        .sort((a, b) => (a.document < b.document ? -1 : 1));
    },
    streamRows: async function* (journal, arrival) {
      const newest = newestOf(await journals.findOne({ _id: journal })).batches;
      const end = newest[0]?.arrival ?? Number.MAX_SAFE_INTEGER;
      const moved = batches.find({ journal, last: { $gte: arrival }, arrival: { $lt: end } }).sort({ last: 1 });
      for await (const batch of moved) for (const row of toRows(batch)) if (row.arrival >= arrival) yield row;
      for (const batch of newest) for (const row of toRows(batch)) if (row.arrival >= arrival) yield row;
    },
    restore: createRestore(db, deps),
  };
};

const createRestore = (db: MongoDatabase, { fold }: MongoCopyingDeps): DocumentCopying['restore'] => {
  const putRows = async (rows: readonly JournalRow[]): Promise<void> => {
    for (const [journal, ofJournal] of Map.groupBy(rows, (row) => row.journal)) {
      const docs = toBatches(ofJournal).map((batch) => ({ _id: `${journal} ${batch.arrival}`, journal, ...batch }));
      await db.batches.insertMany(docs);
    }
  };
  const restoreOne = async (record: Exclude<DocumentRecord, { type: 'row' }>): Promise<void> => {
    switch (record.type) {
      case 'store':
        await db.setIncarnation(record.incarnation);
        return;
      case 'snapshot': {
        const before = await db.snapshots.findOne({ _id: record.snapshot.document });
        await fold(before?.upto ?? 0, record.snapshot);
        return;
      }
      case 'events':
        await db.runs.insertMany(toRunsOfEvents(record.events).map((run) => toRunDoc(record.journal, run)));
        return;
      case 'segment': {
        const { conversation, n } = record.segment;
        await db.segments.insertOne({ _id: `${conversation} ${n}`, ...record.segment });
        return;
      }
      case 'receipt': {
        const { conversation, account, device } = record.receipt;
        await db.receipts.insertOne({ _id: `${conversation} ${account} ${device ?? ''}`, ...record.receipt });
        return;
      }
      case 'journal':
        await endJournal(db, record);
        return;
      default:
        unreachable(record);
    }
  };
  return async (records) => {
    const rows: JournalRow[] = [];
    for (const record of records) {
      if (record.type === 'row') {
        rows.push(record.row);
        continue;
      }
      await putRows(rows.splice(0));
      await restoreOne(record);
    }
    await putRows(rows);
  };
};

/** A journal is there from now on; one without rows is never written down. */
const endJournal = async (db: MongoDatabase, record: DocumentRecord & { readonly type: 'journal' }): Promise<void> => {
  const { journal, lastArrival, lastEventArrival } = record;
  const [batch] = await db.batches.find({ journal }).sort({ last: -1 }).limit(1).toArray();
  const [run] = await db.runs.find({ journal }).sort({ last: -1 }).limit(1).toArray();
  const lastRow = batch === undefined ? undefined : toRows(batch).at(-1);
  const folded = await db.snapshots.find({ _id: { $gte: journal, $lt: `${journal}0` } }).toArray();
  const uptos = folded.map(({ upto }) => upto);
  const last = Math.max(lastRow === undefined ? 0 : lastArrivalOf(lastRow), ...uptos);
  assertEnd(record, { lastArrival: last, lastEventArrival: run?.last ?? 0 });
  if (lastArrival === 0) return;
  const newest = { batches: [], runs: [], ids: [] };
  await db.journals.insertOne({ _id: journal, last: lastArrival, lastEvent: lastEventArrival, newest });
};
