/**
 * Rows of one document as one run of bytes: how stores keep what was appended together, and how it crosses between
 * threads. Whoever wrote events is named once and referred to by number. What stands in our own stores is trusted to be
 * ours; anything else throws. Integers are lib0's varints, least significant 7 bits first.
 *
 *   packed   = format, rows, row*
 *   row      = arrival, receivedAt, incarnation, events, event*, bindings, binding*, length, update
 *   event    = segment, writer, 16 bytes of id
 *   binding  = client id, 0 for the server's | writer
 *   writer   = 1 + its number, followed by account and device at its first use
 */
import type { JournalName } from '@kith/schema/doc-name';
import { type AccountId, bytesToId, type DeviceId, type EventId, ID_BYTES, idToBytes } from '@kith/schema/ids';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { ClientBinding, JournalRow, StoredEvent } from './document-store.ts';

const FORMAT = 1;

interface Writer {
  readonly account: AccountId;
  readonly device: DeviceId;
}

export const packRows = (rows: readonly JournalRow[]): Uint8Array<ArrayBuffer> => {
  const encoder = encoding.createEncoder();
  const writers: Writer[] = [];
  const writeWriter = (account: AccountId, device: DeviceId): void => {
    const known = writers.findIndex((writer) => writer.account === account && writer.device === device);
    encoding.writeVarUint(encoder, known === -1 ? writers.push({ account, device }) : known + 1);
    if (known !== -1) return;
    encoding.writeVarString(encoder, account);
    encoding.writeVarString(encoder, device);
  };
  encoding.writeUint8(encoder, FORMAT);
  encoding.writeVarUint(encoder, rows.length);
  for (const { arrival, receivedAt, incarnation, events, bindings, update } of rows) {
    encoding.writeVarUint(encoder, arrival);
    encoding.writeVarUint(encoder, receivedAt);
    encoding.writeVarUint(encoder, incarnation);
    encoding.writeVarUint(encoder, events.length);
    for (const { eventId, segment, account, device } of events) {
      encoding.writeVarUint(encoder, segment);
      writeWriter(account, device);
      encoding.writeUint8Array(encoder, idToBytes(eventId));
    }
    encoding.writeVarUint(encoder, bindings.length);
    for (const { clientId, account, device } of bindings) {
      encoding.writeVarUint(encoder, clientId);
      if (account === null || device === null) encoding.writeVarUint(encoder, 0);
      else writeWriter(account, device);
    }
    encoding.writeVarUint8Array(encoder, update);
  }
  return encoding.toUint8Array(encoder);
};

/** The updates are views of `packed`. @throws Error when these bytes are not packed rows. */
export const unpackRows = (journal: JournalName, document: string, packed: Uint8Array): JournalRow[] => {
  const decoder = decoding.createDecoder(packed);
  const writers: Writer[] = [];
  const readWriter = (): Writer | null => {
    const number = decoding.readVarUint(decoder);
    if (number <= writers.length) return writers[number - 1] ?? null;
    const account = decoding.readVarString(decoder) as AccountId;
    const device = decoding.readVarString(decoder) as DeviceId;
    writers.push({ account, device });
    return { account, device };
  };
  const readEvent = (): StoredEvent => {
    const segment = decoding.readVarUint(decoder);
    const writer = readWriter();
    if (writer === null) throw new Error('packed rows name an event without a writer');
    return { eventId: bytesToId<EventId>(decoding.readUint8Array(decoder, ID_BYTES)), segment, ...writer };
  };
  const readBinding = (): ClientBinding => {
    const clientId = decoding.readVarUint(decoder);
    return { clientId, ...(readWriter() ?? { account: null, device: null }) };
  };
  const readRow = (): JournalRow => ({
    ...{ journal, document },
    arrival: decoding.readVarUint(decoder),
    receivedAt: decoding.readVarUint(decoder),
    incarnation: decoding.readVarUint(decoder),
    events: readMany(decoder, readEvent),
    bindings: readMany(decoder, readBinding),
    update: decoding.readVarUint8Array(decoder),
  });
  const format = decoding.readUint8(decoder);
  if (format !== FORMAT) throw new Error(`packed rows of format ${format}; this version knows ${FORMAT}`);
  return readMany(decoder, readRow);
};

const readMany = <T>(decoder: decoding.Decoder, readOne: () => T): T[] => {
  const many: T[] = [];
  for (let left = decoding.readVarUint(decoder); left > 0; left--) many.push(readOne());
  return many;
};
