/**
 * Walks over one lib0 "any" value and checks it without building anything: depth, lengths, UTF-8, and object keys that
 * would change a prototype or stand twice when Yjs builds the object. [GRD-2]
 */
import { MAX_VALUE_DEPTH } from './update-limits.ts';
import { malformed, type WireReader } from './wire-reader.ts';

/** Type bytes of lib0's `writeAny`. */
const VALUE = {
  undefined: 127,
  null: 126,
  integer: 125,
  float32: 124,
  float64: 123,
  bigint: 122,
  false: 121,
  true: 120,
  string: 119,
  object: 118,
  array: 117,
  bytes: 116,
} as const;

export const VALUE_ARRAY = VALUE.array;
export const VALUE_BYTES = VALUE.bytes;

/** Keys that reach an object's prototype instead of an own property. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export const isForbiddenKey = (key: string): boolean => FORBIDDEN_KEYS.has(key);

export const skipValue = (reader: WireReader, depth: number = MAX_VALUE_DEPTH): void => {
  if (depth < 0) malformed('value nested too deep');
  const type = reader.u8();
  switch (type) {
    case VALUE.undefined:
    case VALUE.null:
    case VALUE.false:
    case VALUE.true:
      return;
    case VALUE.integer:
      reader.skipSigned();
      return;
    case VALUE.float32:
      reader.skip(4);
      return;
    case VALUE.float64:
    case VALUE.bigint:
      reader.skip(8);
      return;
    case VALUE.string:
      reader.skipText();
      return;
    case VALUE.bytes:
      reader.skip(reader.uint());
      return;
    case VALUE.object:
      skipObject(reader, depth);
      return;
    case VALUE.array:
      skipArray(reader, depth);
      return;
    default:
      malformed(`value type ${type}`);
  }
};

const skipArray = (reader: WireReader, depth: number): void => {
  const count = reader.uint();
  if (count > reader.left) malformed('truncated');
  for (let i = 0; i < count; i++) skipValue(reader, depth - 1);
};

const skipObject = (reader: WireReader, depth: number): void => {
  const count = reader.uint();
  if (count > reader.left) malformed('truncated');
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) {
    const key = reader.text(reader.left);
    if (isForbiddenKey(key)) malformed(`key ${key}`);
    if (seen.has(key)) malformed('key twice');
    seen.add(key);
    skipValue(reader, depth - 1);
  }
};
