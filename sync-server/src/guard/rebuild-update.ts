/**
 * Writes an update again with what is left of it: raw copies of the new structs, cut ones with the rest of their
 * content, and the delete ranges that have an effect. Only these bytes reach the document. [GRD-6]
 */
import * as encoding from 'lib0/encoding';
import { REF, type WireStruct } from './scan-struct.ts';
import type { DeleteRanges } from './scan-update.ts';
import { skipValue } from './skip-value.ts';
import { WireReader } from './wire-reader.ts';

export interface UpdateParts {
  /** The scanned update that the structs are positions in. */
  readonly bytes: Uint8Array;
  readonly freshByClient: ReadonlyMap<number, readonly WireStruct[]>;
  /** The bytes of a delete set as they are, or ranges to be written. */
  readonly deletes: Uint8Array | readonly DeleteRanges[];
}

export const rebuildUpdate = ({ bytes, freshByClient, deletes }: UpdateParts): Uint8Array => {
  const out = encoding.createEncoder();
  encoding.writeVarUint(out, freshByClient.size);
  for (const [client, structs] of freshByClient) {
    encoding.writeVarUint(out, structs.length);
    encoding.writeVarUint(out, client);
    encoding.writeVarUint(out, structs[0]?.clock ?? 0);
    for (const struct of structs) {
      if (struct.cut === 0) encoding.writeUint8Array(out, bytes.subarray(struct.start, struct.end));
      else writeCut(out, bytes, struct);
    }
  }
  if (deletes instanceof Uint8Array) encoding.writeUint8Array(out, deletes);
  else writeDeletes(out, deletes);
  return encoding.toUint8Array(out);
};

/** Only runs are longer than 1, so only they are ever known in part. A cut struct follows its predecessor. */
const writeCut = (out: encoding.Encoder, bytes: Uint8Array, struct: WireStruct): void => {
  const hasRight = struct.rightClient >= 0;
  encoding.writeUint8(out, struct.ref | 128 | (hasRight ? 64 : 0));
  encoding.writeVarUint(out, struct.originClient);
  encoding.writeVarUint(out, struct.originClock);
  if (hasRight) {
    encoding.writeVarUint(out, struct.rightClient);
    encoding.writeVarUint(out, struct.rightClock);
  }
  encoding.writeVarUint(out, struct.length);
  if (struct.ref === REF.values) {
    const reader = new WireReader(bytes, struct.contentAt);
    reader.uint();
    for (let i = 0; i < struct.cut; i++) skipValue(reader);
    encoding.writeUint8Array(out, bytes.subarray(reader.at, struct.end));
  }
};

const writeDeletes = (out: encoding.Encoder, deletes: readonly DeleteRanges[]): void => {
  encoding.writeVarUint(out, deletes.length);
  for (const { client, ranges } of deletes) {
    encoding.writeVarUint(out, client);
    encoding.writeVarUint(out, ranges.length / 2);
    for (const value of ranges) encoding.writeVarUint(out, value);
  }
};
