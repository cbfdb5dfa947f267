/** How the lists of a row stand in its texts. What stands in our own tables is trusted to be ours. */
import type { AccountId, DeviceId, EventId } from '@kith/schema/ids';
import { type ClientBinding, type JournalRow, lastArrivalOf, type StoredEvent } from './document-store.ts';

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

export const decodeEvents = (text: string): StoredEvent[] =>
  (JSON.parse(text) as EventRun[]).flatMap(([segment, account, device, eventIds]) =>
    eventIds.map((eventId) => ({ eventId, segment, account, device })),
  );

export const encodeBindings = (bindings: readonly ClientBinding[]): string =>
  JSON.stringify(bindings.map(({ clientId, account, device }) => [clientId, account, device]));

export const decodeBindings = (text: string): ClientBinding[] =>
  (JSON.parse(text) as [number, AccountId | null, DeviceId | null][]).map(([clientId, account, device]) => ({
    clientId,
    account,
    device,
  }));

/** Whatever is typed as an id was parsed: its text is canonical. */
export const eventIdToBytes = (eventId: EventId): Uint8Array => Buffer.from(eventId, 'base64url');

/** A row on its way to the thread that writes: a list, as copying names costs more than copying what they name. */
export type EncodedRow = readonly [
  arrival: number,
  last: number,
  document: string,
  bytes: Uint8Array,
  events: string,
  bindings: string,
  receivedAt: number,
  incarnation: number,
];

export interface EncodedRows {
  readonly rows: readonly EncodedRow[];
  /** Holds the updates of all rows and nothing else, so it may be handed over: the updates given can be views of anything. */
  readonly buffer: ArrayBuffer;
}

export const encodeRows = (rows: readonly JournalRow[]): EncodedRows => {
  const bytes = new Uint8Array(rows.reduce((sum, { update }) => sum + update.length, 0));
  let end = 0;
  const encode = (row: JournalRow): EncodedRow => {
    const { arrival, document, update, events, bindings, receivedAt, incarnation } = row;
    const own = bytes.subarray(end, end + update.length);
    own.set(update);
    end += update.length;
    const texts = [encodeEvents(events), encodeBindings(bindings)] as const;
    return [arrival, lastArrivalOf(row), document, own, ...texts, receivedAt, incarnation];
  };
  return { rows: rows.map(encode), buffer: bytes.buffer };
};
