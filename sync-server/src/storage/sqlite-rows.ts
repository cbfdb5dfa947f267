/** From rows of the SQLite tables to domain types and back. What stands in our own tables is trusted to be ours. */
import type { SQLOutputValue } from 'node:sqlite';
import type { JournalName } from '@kith/schema/doc-name';
import type { Hlc } from '@kith/schema/hlc';
import { type AccountId, bytesToId, type ConversationId, type DeviceId, type EventId } from '@kith/schema/ids';
import type {
  ClientBinding,
  IndexedEvent,
  JournalRow,
  Segment,
  Snapshot,
  StoredEvent,
  StoredReceipt,
} from './document-store.ts';

export type SqlRow = Record<string, SQLOutputValue>;

/** Runs of events of the same segment and device: in nearly every row there is one run. */
type EventRun = [segment: number, account: AccountId, device: DeviceId, eventIds: EventId[]];

export const encodeEvents = (events: readonly StoredEvent[]): string => {
  const runs: EventRun[] = [];
  for (const { eventId, segment, account, device } of events) {
    const run = runs.at(-1);
    if (run !== undefined && run[0] === segment && run[1] === account && run[2] === device) run[3].push(eventId);
    else runs.push([segment, account, device, [eventId]]);
  }
  return JSON.stringify(runs);
};

const decodeEvents = (text: string): StoredEvent[] =>
  (JSON.parse(text) as EventRun[]).flatMap(([segment, account, device, eventIds]) =>
    eventIds.map((eventId) => ({ eventId, segment, account, device })),
  );

export const encodeBindings = (bindings: readonly ClientBinding[]): string =>
  JSON.stringify(bindings.map(({ clientId, account, device }) => [clientId, account, device]));

const decodeBindings = (text: string): ClientBinding[] =>
  (JSON.parse(text) as [number, AccountId | null, DeviceId | null][]).map(([clientId, account, device]) => ({
    clientId,
    account,
    device,
  }));

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
