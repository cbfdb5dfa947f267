/**
 * The MongoDB database of a document store: collections, indexes, layout. What is confirmed has been written to the
 * journal of a majority of the servers, and nothing else is read. One document at a time is changed, so neither
 * transactions nor sessions are needed; only what MongoDB 8 and FerretDB both have is used. [STO-10]
 */
import type { JournalName } from '@kith/schema/doc-name';
import type { AccountId, ConversationId, DeviceId, EventId } from '@kith/schema/ids';
import { inTime, reviveWhenStuck } from '@kith/schema/in-time';
import { type Collection, type Document, MongoClient } from 'mongodb';
import type { SegmentClosing } from '../document-store.ts';

const LAYOUT = 1;
/** A server that does not answer is a failure that people are told of. */
const SELECT_MS = 2_000;
const SOCKET_MS = 10_000;
/** Longer than whatever the driver itself gives up. */
const ANSWER_MS = 12_000;
const LOOK_MS = 15_000;

/** Rows of one document that were appended together. */
export interface BatchDoc {
  /** `<journal> <arrival>` */
  readonly _id: string;
  readonly journal: JournalName;
  readonly document: string;
  readonly arrival: number;
  readonly last: number;
  readonly packed: Uint8Array;
}

/** Events of one segment that follow on each other. */
export interface RunDoc {
  /** `<journal> <arrival>` */
  readonly _id: string;
  readonly journal: JournalName;
  readonly arrival: number;
  readonly last: number;
  readonly segment: number;
  readonly writers: readonly { readonly account: AccountId; readonly device: DeviceId }[];
  readonly ids: readonly EventId[];
  /** Of each event, which of the writers. */
  readonly by: readonly number[];
  /** Of the first event; of each, how many ms later it came. */
  readonly receivedAt: number;
  readonly later: readonly number[];
}

/** What the newest append brought: kept with the journal's end, which makes both one write, and then moved. */
export interface NewestAppend {
  readonly batches: readonly BatchDoc[];
  readonly runs: readonly RunDoc[];
  readonly ids: readonly EventId[];
}

export interface JournalDoc {
  readonly _id: JournalName;
  readonly last: number;
  readonly lastEvent: number;
  readonly newest: NewestAppend;
}

export interface SnapshotDoc {
  /** The document's name. */
  readonly _id: string;
  readonly upto: number;
  readonly bindings: readonly {
    readonly clientId: number;
    readonly account: AccountId | null;
    readonly device: DeviceId | null;
  }[];
  /** Its state is in parts of this name, so many. */
  readonly state: string;
  readonly parts: number;
}

export interface SnapshotPartDoc {
  /** `<state> <number>` */
  readonly _id: string;
  readonly document: string;
  readonly state: string;
  readonly upto: number;
  readonly part: number;
  readonly bytes: Uint8Array;
}

export interface SegmentDoc {
  /** `<conversation> <n>` */
  readonly _id: string;
  readonly conversation: ConversationId;
  readonly n: number;
  readonly importer: string | null;
  readonly firstArrival: number;
  readonly openedAt: number;
  readonly closed: SegmentClosing | null;
}

export interface ReceiptDoc {
  /** `<conversation> <account> <device or nothing>` */
  readonly _id: string;
  readonly conversation: ConversationId;
  readonly account: AccountId;
  readonly device: DeviceId | null;
  readonly arrival: number;
  readonly at: number;
}

interface MetaDoc {
  readonly _id: 'store';
  readonly layout: number;
  readonly incarnation: number;
}

export interface MongoDatabase {
  readonly journals: Collection<JournalDoc>;
  readonly batches: Collection<BatchDoc>;
  readonly runs: Collection<RunDoc>;
  readonly snapshots: Collection<SnapshotDoc>;
  readonly parts: Collection<SnapshotPartDoc>;
  readonly segments: Collection<SegmentDoc>;
  readonly receipts: Collection<ReceiptDoc>;
  /** As it was when the database was opened. */
  readonly incarnation: number;
  setIncarnation(incarnation: number): Promise<void>;
  close(): Promise<void>;
}

/** Where a document store is kept. */
export interface MongoDocumentsAddress {
  readonly url: string;
  /** Name of the database, which must be this store's alone. */
  readonly database: string;
  /** Begins the names of its collections: one that is being restored stands beside the one in use. */
  readonly prefix?: string;
}

/** @throws Error when no server answers, or the database was written by a newer version. */
export const openMongoDatabase = async ({
  url,
  database: name,
  prefix = '',
}: MongoDocumentsAddress): Promise<MongoDatabase> => {
  const client = new MongoClient(url, {
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    serverSelectionTimeoutMS: SELECT_MS,
    connectTimeoutMS: SELECT_MS,
    socketTimeoutMS: SOCKET_MS,
    promoteBuffers: true,
    ignoreUndefined: false,
  });
  const stopLooking = reviveWhenStuck(client, LOOK_MS);
  const close = (): Promise<void> => {
    stopLooking();
    return client.close();
  };
  try {
    await client.connect();
    const db = client.db(name);
    const collection = <T extends Document>(of: string): Collection<T> =>
      inTime(db.collection<T>(`${prefix}${of}`), ANSWER_MS);
    const meta = collection<MetaDoc>('meta');
    const { layout, incarnation } = await readMeta(meta);
    if (layout > LAYOUT)
      throw new Error(`${name} was written by a newer version of Kith (layout ${layout}, this one knows ${LAYOUT})`);
    await createIndexes(collection);
    return {
      journals: collection('journals'),
      batches: collection('batches'),
      runs: collection('event_runs'),
      snapshots: collection('snapshots'),
      parts: collection('snapshot_parts'),
      segments: collection('segments'),
      receipts: collection('receipts'),
      incarnation,
      setIncarnation: async (next) => {
        await meta.updateOne({ _id: 'store' }, { $set: { incarnation: next } });
      },
      close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
};

const readMeta = async (meta: Collection<MetaDoc>): Promise<MetaDoc> => {
  const found = await meta.findOne({ _id: 'store' });
  if (found !== null) return found;
  const made: MetaDoc = { _id: 'store', layout: LAYOUT, incarnation: 1 };
  await ignoreDuplicates(meta.insertOne(made));
  return (await meta.findOne({ _id: 'store' })) ?? made;
};

const INDEXES = [
  ['journals', { 'newest.ids': 1 }],
  ['batches', { journal: 1, last: 1 }],
  ['batches', { document: 1, last: 1 }],
  ['event_runs', { journal: 1, last: 1 }],
  ['event_runs', { ids: 1 }],
  ['snapshot_parts', { state: 1 }],
  ['snapshot_parts', { document: 1, upto: 1 }],
  ['segments', { conversation: 1, n: 1 }],
  ['receipts', { conversation: 1 }],
] as const;

/** One by one: of several at once that are there already FerretDB falls over. */
const createIndexes = async (collection: (name: string) => Collection): Promise<void> => {
  for (const [name, key] of INDEXES) await collection(name).createIndex(key);
};

const DUPLICATE_KEY = 11_000;

/** Whether it was stored; false when one with its id was there. */
export const ignoreDuplicates = async (insertion: Promise<unknown>): Promise<boolean> => {
  try {
    await insertion;
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === DUPLICATE_KEY) return false;
    throw cause;
  }
};
