/** All that a store in memory holds, out and in. */
import type { JournalName } from '@kith/schema/doc-name';
import { journalOfName } from '@kith/schema/doc-name';
import { unreachable } from '@kith/schema/result';
import { assertEnd } from '../assert-end.ts';
import { type DocumentCopying, type DocumentRecord, lastArrivalOf } from '../document-store.ts';
import { addEvent, fold, type MemoryTables, memoryJournal, putReceipt } from './memory-tables.ts';

export const createMemoryCopying = (tables: MemoryTables): DocumentCopying => ({
  incarnation: async () => tables.incarnation,
  journals: async () => {
    const written = [...tables.journals].flatMap(([name, { lastArrival }]) => (lastArrival > 0 ? [name] : []));
    const conversations = [...tables.segmentsByConversation.keys(), ...tables.receiptsByConversation.keys()];
    const others = conversations.map((conversation) => `conversation/${conversation}` as JournalName);
    return [...new Set([...written, ...others])].sort();
  },
  snapshotsOf: async (journal) =>
    [...tables.snapshots.values()]
      .filter(({ document }) => journalOfName(document) === journal)
      .map(({ document, upto }) => ({ document, upto }))
      .sort((a, b) => (a.document < b.document ? -1 : 1)),
  streamRows: async function* (journal, arrival) {
    for (const row of memoryJournal(tables, journal).rows) if (row.arrival >= arrival) yield row;
  },
  restore: async (records) => {
    for (const record of records) restoreOne(tables, record);
  },
});

const restoreOne = (tables: MemoryTables, record: DocumentRecord): void => {
  switch (record.type) {
    case 'store':
      tables.incarnation = record.incarnation;
      return;
    case 'snapshot': {
      const journal = memoryJournal(tables, record.journal);
      fold(tables, record.journal, record.snapshot);
      journal.lastArrival = Math.max(journal.lastArrival, record.snapshot.upto);
      return;
    }
    case 'row': {
      const journal = memoryJournal(tables, record.row.journal);
      journal.rows.push(record.row);
      journal.lastArrival = Math.max(journal.lastArrival, lastArrivalOf(record.row));
      return;
    }
    case 'events':
      for (const event of record.events) addEvent(memoryJournal(tables, record.journal), event);
      return;
    case 'segment': {
      const { conversation } = record.segment;
      const before = tables.segmentsByConversation.get(conversation) ?? [];
      tables.segmentsByConversation.set(conversation, [...before, record.segment]);
      return;
    }
    case 'receipt':
      putReceipt(tables, record.receipt);
      return;
    case 'journal': {
      const { lastArrival, events } = memoryJournal(tables, record.journal);
      assertEnd(record, { lastArrival, lastEventArrival: events.at(-1)?.arrival ?? 0 });
      return;
    }
    default:
      unreachable(record);
  }
};
