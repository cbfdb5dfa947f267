/**
 * Asks the table of write rules about every change of an inspected update. No rule about roots stands here; what the
 * table does not name is refused. [GRD-4] [GRD-14]
 */
import { LIMITS } from '@kith/schema/limits';
import { refuse } from './guard-error.ts';
import type { Inspection } from './inspect-update.ts';
import { readEntries } from './read-entries.ts';
import type { PlacedStruct } from './resolve-places.ts';
import { REF, type WireStruct } from './scan-struct.ts';
import { skipValue, VALUE_BYTES } from './skip-value.ts';
import { WireReader } from './wire-reader.ts';
import { mayRemove, type WriteRules } from './write-rules.ts';

/**
 * Returns the events that the update appends, in order, not yet looked into.
 * @throws GuardError when any change is not the writer's to make
 */
export const checkChanges = ({ bytes, placedByClient, deletions }: Inspection, rules: WriteRules): Uint8Array[] => {
  const events: Uint8Array[] = [];
  for (const placed of placedByClient.values()) {
    for (const { struct, place } of placed) {
      // no honest change has a right neighbour, and with arbitrary ones replicas can come out in different orders
      if (struct.rightClient >= 0) refuse('update-forbidden', 'before another');
      if (place.key !== null) checkSet(bytes, { struct, place }, rules);
      else for (const event of checkAppend(bytes, { struct, place }, rules)) events.push(event);
    }
  }
  for (const deletion of deletions) {
    if (!mayRemove(deletion, rules)) refuse('update-forbidden', `deletes in ${deletion.place?.root ?? 'no root'}`);
  }
  return events;
};

const checkAppend = (bytes: Uint8Array, { struct, place }: PlacedStruct, rules: WriteRules): Uint8Array[] => {
  if (!rules(place.root).has('append')) refuse('update-forbidden', `appends to ${place.root}`);
  // the writer holds a redacted entry whose clocks this server never saw: it must start from what the server has
  if (struct.ref === REF.tombstone) refuse('update-gap', 'a tombstone for entries that the server never had');
  if (struct.ref !== REF.values) refuse('update-forbidden', `content ${struct.ref} in a log`);
  return readEntries(bytes, struct);
};

/** A tombstone under a key is a value that was replaced before it was sent. */
const checkSet = (bytes: Uint8Array, { struct, place }: PlacedStruct, rules: WriteRules): void => {
  if (!rules(place.root).has('set')) refuse('update-forbidden', `sets a key of ${place.root}`);
  if (struct.ref === REF.tombstone) return;
  if (valueLength(bytes, struct) > LIMITS.accountValueBytes) refuse('update-too-large', `value of ${place.key}`);
};

/** Length of an opaque value: what `Y.Map.set(key, Uint8Array)` writes, or the same bytes as a plain value. */
const valueLength = (bytes: Uint8Array, struct: WireStruct): number => {
  const reader = new WireReader(bytes, struct.contentAt);
  if (struct.ref === REF.bytes) return reader.uint();
  reader.uint();
  for (let i = 0; i < struct.cut; i++) skipValue(reader);
  return reader.u8() === VALUE_BYTES ? reader.uint() : refuse('update-forbidden', 'a value that is not bytes');
};
