/** What a document store in memory holds, and the changes that both its writing and its restoring make. */
import type { JournalName } from '@kith/schema/doc-name';
import type { EventId } from '@kith/schema/ids';
import {
  type IndexedEvent,
  type JournalRow,
  lastArrivalOf,
  type Segment,
  type Snapshot,
  type StoredReceipt,
} from '../document-store.ts';

export interface MemoryJournal {
  lastArrival: number;
  rows: JournalRow[];
  readonly events: IndexedEvent[];
  readonly eventById: Map<EventId, IndexedEvent>;
}

export interface MemoryTables {
  incarnation: number;
  readonly journals: Map<JournalName, MemoryJournal>;
  readonly snapshots: Map<string, Snapshot>;
  readonly segmentsByConversation: Map<string, readonly Segment[]>;
  readonly receiptsByConversation: Map<string, Map<string, StoredReceipt>>;
}

export const memoryJournal = ({ journals }: MemoryTables, name: JournalName): MemoryJournal => {
  const journal = journals.get(name) ?? { lastArrival: 0, rows: [], events: [], eventById: new Map() };
  journals.set(name, journal);
  return journal;
};

/** An event that is there already keeps its first arrival. */
export const addEvent = ({ events, eventById }: MemoryJournal, event: IndexedEvent): void => {
  if (eventById.has(event.eventId)) return;
  events.push(event);
  eventById.set(event.eventId, event);
};

export const fold = (tables: MemoryTables, name: JournalName, snapshot: Snapshot): void => {
  const journal = memoryJournal(tables, name);
  tables.snapshots.set(snapshot.document, snapshot);
  journal.rows = journal.rows.filter((row) => row.document !== snapshot.document || lastArrivalOf(row) > snapshot.upto);
};

/** False when there is one as great. */
export const putReceipt = ({ receiptsByConversation }: MemoryTables, receipt: StoredReceipt): boolean => {
  const receipts = receiptsByConversation.get(receipt.conversation) ?? new Map<string, StoredReceipt>();
  receiptsByConversation.set(receipt.conversation, receipts);
  const key = `${receipt.account}/${receipt.device ?? ''}`;
  if ((receipts.get(key)?.arrival ?? 0) >= receipt.arrival) return false;
  receipts.set(key, receipt);
  return true;
};
