/** From rows of the SQLite tables to domain types. What stands in our own tables is trusted to be ours. */
import type { SQLOutputValue } from 'node:sqlite';
import type { JournalName } from '@kith/schema/doc-name';
import type { Hlc } from '@kith/schema/hlc';
import { type AccountId, bytesToId, type ConversationId, type DeviceId, type EventId } from '@kith/schema/ids';
import type { IndexedEvent, JournalRow, Segment, Snapshot, StoredReceipt } from './document-store.ts';
import { decodeBindings, decodeEvents } from './sqlite-encoding.ts';

export type SqlRow = Record<string, SQLOutputValue>;

export const toJournalRow = (row: SqlRow): JournalRow => ({
  journal: row['name'] as JournalName,
  arrival: row['arrival'] as number,
  document: row['document'] as string,
  update: row['bytes'] as Uint8Array,
  events: decodeEvents(row['events'] as string),
  bindings: decodeBindings(row['bindings'] as string),
  receivedAt: row['received_at'] as number,
  incarnation: row['incarnation'] as number,
});

export const toSnapshot = (row: SqlRow): Snapshot => ({
  document: row['document'] as string,
  upto: row['upto'] as number,
  state: row['state'] as Uint8Array,
  bindings: decodeBindings(row['bindings'] as string),
});

export const toIndexedEvent = (row: SqlRow): IndexedEvent => ({
  eventId: bytesToId<EventId>(row['event_id'] as Uint8Array),
  segment: row['segment'] as number,
  account: row['account'] as AccountId,
  device: row['device'] as DeviceId,
  arrival: row['arrival'] as number,
  receivedAt: row['received_at'] as number,
});

export const toSegment = (row: SqlRow): Segment => ({
  conversation: row['conversation'] as ConversationId,
  n: row['n'] as number,
  importer: row['importer'] as string | null,
  firstArrival: row['first_arrival'] as number,
  openedAt: row['opened_at'] as number,
  closed:
    row['closed_at'] === null
      ? null
      : {
          closedAt: row['closed_at'] as number,
          events: row['events'] as number,
          firstTime: row['first_time'] as Hlc | null,
          lastTime: row['last_time'] as Hlc | null,
        },
});

export const toReceipt = (row: SqlRow): StoredReceipt => ({
  conversation: row['conversation'] as ConversationId,
  account: row['account'] as AccountId,
  device: row['device'] === '' ? null : (row['device'] as DeviceId),
  arrival: row['arrival'] as number,
  at: row['at'] as number,
});
