/** From rows of the SQLite tables to domain types. What stands in our own tables is trusted to be ours. */
import type { SQLOutputValue } from 'node:sqlite';
import type { Hlc } from '@kith/schema/hlc';
import type { AccountId, ConversationId, DeviceId } from '@kith/schema/ids';
import type { IndexedEvent, Segment, Snapshot, StoredReceipt } from './document-store.ts';
import { decodeBindings, decodeRun } from './sqlite-encoding.ts';

export type SqlRow = Record<string, SQLOutputValue>;

export const toSnapshot = (row: SqlRow): Snapshot => ({
  document: row['document'] as string,
  upto: row['upto'] as number,
  state: row['state'] as Uint8Array,
  bindings: decodeBindings(row['bindings'] as string),
});

export interface Writer {
  readonly account: AccountId;
  readonly device: DeviceId;
}

export const toWriter = (row: SqlRow): Writer => ({
  account: row['account'] as AccountId,
  device: row['device'] as DeviceId,
});

export const toIndexedEvents = (row: SqlRow, writerOf: (number: number) => Writer): IndexedEvent[] =>
  decodeRun(row['events'] as Uint8Array).map(({ eventId, writer, receivedAt }, i) => ({
    ...writerOf(writer),
    eventId,
    segment: row['segment'] as number,
    arrival: (row['arrival'] as number) + i,
    receivedAt,
  }));

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
