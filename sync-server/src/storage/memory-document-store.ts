/** `DocumentStore` in memory: the test double, and the plainest statement of the contract. Nothing is durable. */
import type { JournalName } from '@kith/schema/doc-name';
import { err, ok } from '@kith/schema/result';
import { type DocumentStore, type JournalRow, lastArrivalOf } from './document-store.ts';
import { createMemoryCopying } from './memory/memory-copying.ts';
import {
  addEvent,
  fold,
  type MemoryJournal,
  type MemoryTables,
  memoryJournal,
  putReceipt,
} from './memory/memory-tables.ts';

export const createMemoryDocumentStore = (): DocumentStore => {
  const tables: MemoryTables = {
    incarnation: 1,
    journals: new Map(),
    snapshots: new Map(),
    segmentsByConversation: new Map(),
    receiptsByConversation: new Map(),
  };
  const { journals, snapshots, segmentsByConversation, receiptsByConversation } = tables;
  const journalOf = (name: JournalName): MemoryJournal => memoryJournal(tables, name);

  return {
    ...createMemoryCopying(tables),

    position: async (name) => {
      const { lastArrival, events } = journalOf(name);
      return { incarnation: tables.incarnation, lastArrival, lastEventArrival: events.at(-1)?.arrival ?? 0 };
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
      fold(tables, name, snapshot);
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

    putReceipts: async (receipts) => receipts.filter((receipt) => putReceipt(tables, receipt)),
    receipts: async (conversation) => [...(receiptsByConversation.get(conversation)?.values() ?? [])],
    ownReceipts: async (conversation, account, device) => {
      const receipts = receiptsByConversation.get(conversation);
      const arrival = (key: string): number => receipts?.get(key)?.arrival ?? 0;
      return { stored: arrival(`${account}/${device}`), read: arrival(`${account}/`) };
    },
    close: async () => {},
  };
};

const assertContiguous = ({ lastArrival }: MemoryJournal, rows: readonly JournalRow[]): void => {
  let next = lastArrival + 1;
  for (const row of rows) {
    if (row.arrival !== next) throw new RangeError(`arrival ${row.arrival} leaves a hole after ${next - 1}`);
    next = lastArrivalOf(row) + 1;
  }
};

const addRow = (journal: MemoryJournal, row: JournalRow): void => {
  journal.rows.push(row);
  journal.lastArrival = lastArrivalOf(row);
  row.events.forEach((event, i) => {
    addEvent(journal, { ...event, arrival: row.arrival + i, receivedAt: row.receivedAt });
  });
};
