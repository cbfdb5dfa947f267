/** Log entries out of a struct's content: each must be an array of exactly one byte string, the event. [GRD-13] */
import { bytesToId, type EventId, ID_BYTES } from '@kith/schema/ids';
import { refuse } from './guard-error.ts';
import { REF, type WireStruct } from './scan-struct.ts';
import { skipValue, VALUE_ARRAY, VALUE_BYTES } from './skip-value.ts';
import { WireReader } from './wire-reader.ts';

/**
 * The events of the elements that are new, as views on `bytes`, which have been scanned.
 * @throws GuardError `event-malformed` for an entry of any other shape
 */
export const readEntries = (bytes: Uint8Array, struct: WireStruct): Uint8Array[] => {
  const reader = new WireReader(bytes, struct.contentAt);
  reader.uint();
  for (let i = 0; i < struct.cut; i++) skipValue(reader);
  const events: Uint8Array[] = [];
  for (let i = 0; i < struct.length; i++) {
    const isEntry = reader.u8() === VALUE_ARRAY && reader.uint() === 1 && reader.u8() === VALUE_BYTES;
    if (!isEntry) refuse('event-malformed', 'an entry that is not [bytes]');
    events.push(reader.take(reader.uint()));
  }
  return events;
};

/** Ids of what look like events, as far as they can be read: every version has its id behind the first byte. */
export const readEventIds = (bytes: Uint8Array, struct: WireStruct): EventId[] =>
  struct.ref !== REF.values
    ? []
    : readEntries(bytes, struct).flatMap((event) =>
        event.length > ID_BYTES ? [bytesToId<EventId>(event.subarray(1, 1 + ID_BYTES))] : [],
      );
