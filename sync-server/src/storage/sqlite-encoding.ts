/** How ids, runs of events and lists of bindings stand in the tables. What stands in our own tables is trusted to be ours. */
import { type AccountId, bytesToId, type DeviceId, type EventId, ID_BYTES } from '@kith/schema/ids';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { ClientBinding } from './document-store.ts';

/** Whatever is typed as an id was parsed: its text is canonical. */
export const eventIdToBytes = (eventId: EventId): Uint8Array => Buffer.from(eventId, 'base64url');

/** An event as a run has it. */
export interface EncodedEvent {
  readonly eventId: EventId;
  /** Its number in the table of writers. */
  readonly writer: number;
  readonly receivedAt: number;
}

/** Each event's id, its writer, and when it came, in ms since the one before it (the first: since 1970). */
export const encodeRun = (events: readonly EncodedEvent[]): Uint8Array => {
  const encoder = encoding.createEncoder();
  let last = 0;
  for (const { eventId, writer, receivedAt } of events) {
    encoding.writeUint8Array(encoder, eventIdToBytes(eventId));
    encoding.writeVarUint(encoder, writer);
    encoding.writeVarInt(encoder, receivedAt - last);
    last = receivedAt;
  }
  return encoding.toUint8Array(encoder);
};

export const decodeRun = (bytes: Uint8Array): EncodedEvent[] => {
  const decoder = decoding.createDecoder(bytes);
  const events = [];
  let receivedAt = 0;
  while (decoding.hasContent(decoder)) {
    const eventId = bytesToId<EventId>(decoding.readUint8Array(decoder, ID_BYTES));
    const writer = decoding.readVarUint(decoder);
    receivedAt += decoding.readVarInt(decoder);
    events.push({ eventId, writer, receivedAt });
  }
  return events;
};

export const encodeBindings = (bindings: readonly ClientBinding[]): string =>
  JSON.stringify(bindings.map(({ clientId, account, device }) => [clientId, account, device]));

export const decodeBindings = (text: string): ClientBinding[] =>
  (JSON.parse(text) as [number, AccountId | null, DeviceId | null][]).map(([clientId, account, device]) => ({
    clientId,
    account,
    device,
  }));
