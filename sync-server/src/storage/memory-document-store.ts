/** `DocumentStore` in memory: the test double, and the plainest statement of the contract. Nothing is durable. */
import type { JournalName } from '@kith/schema/doc-name';
import type { EventId } from '@kith/schema/ids';
import { err, ok } from '@kith/schema/result';
import {
  type DocumentStore,
  type IndexedEvent,
  type JournalRow,
  lastArrivalOf,
  type Segment,
  type Snapshot,
  type StoredReceipt,
} from './document-store.ts';

interface Journal {
  lastArrival: number;
  rows: JournalRow[];
  readonly events: IndexedEvent[];
  readonly eventById: Map<EventId, IndexedEvent>;
}

export const createMemoryDocumentStore = (): DocumentStore => {
  const journals = new Map<JournalName, Journal>();
  const snapshots = new Map<string, Snapshot>();
  const segmentsByConversation = new Map<string, Segment[]>();
  const receiptsByConversation = new Map<string, Map<string, StoredReceipt>>();

  const journalOf = (name: JournalName): Journal => {
    const journal = journals.get(name) ?? { lastArrival: 0, rows: [], events: [], eventById: new Map() };
    journals.set(name, journal);
    return journal;
  };

  return {
    position: async (name) => {
      const { lastArrival, events } = journalOf(name);
      return { incarnation: 1, lastArrival, lastEventArrival: events.at(-1)?.arrival ?? 0 };
    },

    append: async (rows) => {
      const [first] = rows;
      if (first === undefined) return ok(undefined);
      const journal = journalOf(first.journal);
      if (first.arrival <= journal.lastArrival) return err({ type: 'arrival-taken' });
      assertContiguous(journal, rows);
      for (const row of rows) addRow(journal, row);
      return ok(undefined);
    },

    rowsFrom: async (name, arrival) => journalOf(name).rows.filter((row) => row.arrival >= arrival),

    load: async (document) => ({
      snapshot: snapshots.get(document) ?? null,
      rows: [...journals.values()].flatMap(({ rows }) => rows.filter((row) => row.document === document)),
    }),

    compact: async (name, from, snapshot) => {
      if ((snapshots.get(snapshot.document)?.upto ?? 0) !== from) return false;
      const journal = journalOf(name);
      snapshots.set(snapshot.document, snapshot);
      journal.rows = journal.rows.filter(
        (row) => row.document !== snapshot.document || lastArrivalOf(row) > snapshot.upto,
      );
      return true;
    },

    known: async (name, eventIds) => {
      const { eventById } = journalOf(name);
      return [...new Set(eventIds)].flatMap((eventId) => eventById.get(eventId) ?? []);
    },

    taken: async (eventIds) =>
      eventIds.filter((eventId) => [...journals.values()].some(({ eventById }) => eventById.has(eventId))),

    arrivals: async (name, after, limit) =>
      journalOf(name)
        .events.filter(({ arrival }) => arrival > after)
        .slice(0, limit),

    segments: async (conversation) => [...(segmentsByConversation.get(conversation) ?? [])],

    openSegment: async (segment) => {
      const segments = segmentsByConversation.get(segment.conversation) ?? [];
      if (segment.n !== segments.length + 1) return err({ type: 'segment-changed' });
      segmentsByConversation.set(segment.conversation, [...segments, segment]);
      return ok(undefined);
    },

    closeSegment: async (conversation, n, closed) => {
      const segments = segmentsByConversation.get(conversation) ?? [];
      const segment = segments[n - 1];
      if (segment === undefined) return err({ type: 'segment-changed' });
      segmentsByConversation.set(conversation, segments.with(n - 1, { ...segment, closed }));
      return ok(undefined);
    },

    putReceipts: async (receipts) => receipts.filter((receipt) => putReceipt(receiptsByConversation, receipt)),
    receipts: async (conversation) => [...(receiptsByConversation.get(conversation)?.values() ?? [])],
    ownReceipts: async (conversation, account, device) => {
      const receipts = receiptsByConversation.get(conversation);
      const arrival = (key: string): number => receipts?.get(key)?.arrival ?? 0;
      return { stored: arrival(`${account}/${device}`), read: arrival(`${account}/`) };
    },
    close: async () => {},
  };
};

const assertContiguous = ({ lastArrival }: Journal, rows: readonly JournalRow[]): void => {
  let next = lastArrival + 1;
  for (const row of rows) {
    if (row.arrival !== next) throw new RangeError(`arrival ${row.arrival} leaves a hole after ${next - 1}`);
    next = lastArrivalOf(row) + 1;
  }
};

const addRow = (journal: Journal, row: JournalRow): void => {
  journal.rows.push(row);
  journal.lastArrival = lastArrivalOf(row);
  row.events.forEach((event, i) => {
    if (journal.eventById.has(event.eventId)) return;
    const indexed = { ...event, arrival: row.arrival + i, receivedAt: row.receivedAt };
    journal.events.push(indexed);
    journal.eventById.set(event.eventId, indexed);
  });
};

const putReceipt = (byConversation: Map<string, Map<string, StoredReceipt>>, receipt: StoredReceipt): boolean => {
  const receipts = byConversation.get(receipt.conversation) ?? new Map<string, StoredReceipt>();
  byConversation.set(receipt.conversation, receipts);
  const key = `${receipt.account}/${receipt.device ?? ''}`;
  if ((receipts.get(key)?.arrival ?? 0) >= receipt.arrival) return false;
  receipts.set(key, receipt);
  return true;
};
