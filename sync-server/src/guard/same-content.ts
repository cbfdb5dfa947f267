/**
 * Is what a client sends again what the server has from it? A client id that was used for something else (a restored
 * backup, a cloned profile, a lie) would lose events in silence, since Yjs takes known clocks for known content.
 * What the server has deleted meanwhile may come back as it was: it stays deleted. [GRD-15]
 */
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { PackedValues } from '../live/packed-values.ts';
import { refuse } from './guard-error.ts';
import { type LiveStruct, structAt } from './live-store.ts';
import { clockEnd, REF, type WireStruct } from './scan-struct.ts';
import { skipValue } from './skip-value.ts';
import { WireReader } from './wire-reader.ts';

/** @throws GuardError `client-id-reused` */
export const assertSameContent = (doc: Y.Doc, bytes: Uint8Array, struct: WireStruct): void => {
  // deleted on the sender's side, which changes nothing here
  if (struct.ref === REF.tombstone || struct.ref === REF.skip || struct.ref === REF.collected) return;
  const reader = new WireReader(bytes, struct.contentAt);
  if (struct.ref === REF.values) reader.uint();
  for (let clock = struct.clock; clock < clockEnd(struct); clock++) {
    const from = reader.at;
    if (struct.ref === REF.values) skipValue(reader);
    else reader.skip(reader.uint());
    const live = structAt(doc, struct.client, clock);
    if (live.deleted) continue;
    if (!isSame(liveBytes(live, clock, struct.ref), bytes.subarray(from, reader.at))) {
      refuse('client-id-reused', `client ${struct.client} at ${clock}`);
    }
  }
};

/** The unit at `clock` as it would be sent; null when it is of another sort than `ref`. */
const liveBytes = (live: LiveStruct, clock: number, ref: number): Uint8Array | null => {
  if (!(live instanceof Y.Item)) return null;
  const { content } = live;
  const index = clock - live.id.clock;
  if (ref === REF.values && content instanceof PackedValues) return content.encoded(index);
  const out = encoding.createEncoder();
  if (ref === REF.values && content instanceof Y.ContentAny) encoding.writeAny(out, content.arr[index]);
  else if (ref === REF.bytes && content instanceof Y.ContentBinary) encoding.writeVarUint8Array(out, content.content);
  else return null;
  return encoding.toUint8Array(out);
};

const isSame = (a: Uint8Array | null, b: Uint8Array): boolean =>
  a !== null && a.length === b.length && a.every((byte, i) => byte === b[i]);
