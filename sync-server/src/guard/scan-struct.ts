/**
 * One struct of a Yjs V1 update, as the wire says it and nothing more: no content is built, no type is looked up.
 * Content that none of our documents holds (text, formatting, nested types, sub-documents, JSON) is refused here, before
 * anybody asks where it would go. [GRD-2] [GRD-4]
 */
import { refuse } from './guard-error.ts';
import { isForbiddenKey, skipValue } from './skip-value.ts';
import { MAX_CLIENT_ID, MAX_CLOCK, MAX_NAME_BYTES, MAX_RUN } from './update-limits.ts';
import { malformed, type WireReader } from './wire-reader.ts';

/** Low five bits of a struct's first byte. */
export const REF = { collected: 0, tombstone: 1, bytes: 3, values: 8, skip: 10 } as const;
const LAST_REF = 10;

const HAS_ORIGIN = 128;
const HAS_RIGHT = 64;
const HAS_KEY = 32;

/** -1 stands for "none": the same shape for all structs keeps the hot path monomorphic. */
export interface WireStruct {
  readonly ref: number;
  readonly client: number;
  readonly clock: number;
  /** Clocks it takes up: elements for values, 1 for bytes. */
  readonly length: number;
  /** Where it stands in the update, [start, end). */
  readonly start: number;
  readonly end: number;
  readonly originClient: number;
  readonly originClock: number;
  readonly rightClient: number;
  readonly rightClock: number;
  /** Only where there is neither origin nor right. */
  readonly rootName: string | null;
  /** The parent is named by an id: it would be a nested type. */
  readonly hasParentId: boolean;
  readonly key: string | null;
  /** Where the content begins. */
  readonly contentAt: number;
  /** Elements at the front that the server has already; the others begin at `clock`. */
  readonly cut: number;
}

export const clockEnd = (struct: WireStruct): number => struct.clock + struct.length;

export const scanStruct = (reader: WireReader, client: number, clock: number): WireStruct => {
  const start = reader.at;
  const info = reader.u8();
  const ref = info & 31;
  if (ref > LAST_REF) malformed(`content ${ref}`);
  // Yjs' two readers disagree on flagged ones
  if ((ref === REF.collected || ref === REF.skip) && info !== ref) malformed(`info ${info}`);
  const place = ref === REF.collected || ref === REF.skip ? NO_PLACE : scanPlace(reader, info);
  const contentAt = reader.at;
  const length = skipContent(reader, ref);
  if (length === 0) malformed('empty struct');
  if (clock + length > MAX_CLOCK) malformed('clock out of range');
  const { originClient, originClock, rightClient, rightClock, rootName, hasParentId, key } = place; // spreading is slow
  return {
    ref,
    client,
    clock,
    length,
    start,
    end: reader.at,
    originClient,
    originClock,
    rightClient,
    rightClock,
    rootName,
    hasParentId,
    key,
    contentAt,
    cut: 0,
  };
};

type WirePlace = Pick<
  WireStruct,
  'originClient' | 'originClock' | 'rightClient' | 'rightClock' | 'rootName' | 'hasParentId' | 'key'
>;

const NO_PLACE: WirePlace = {
  originClient: -1,
  originClock: -1,
  rightClient: -1,
  rightClock: -1,
  rootName: null,
  hasParentId: false,
  key: null,
};

const scanPlace = (reader: WireReader, info: number): WirePlace => {
  const hasOrigin = (info & HAS_ORIGIN) !== 0;
  const originClient = hasOrigin ? reader.uint(MAX_CLIENT_ID) : -1;
  const originClock = hasOrigin ? reader.uint(MAX_CLOCK) : -1;
  const hasRight = (info & HAS_RIGHT) !== 0;
  const rightClient = hasRight ? reader.uint(MAX_CLIENT_ID) : -1;
  const rightClock = hasRight ? reader.uint(MAX_CLOCK) : -1;
  if (hasOrigin || hasRight) {
    return { originClient, originClock, rightClient, rightClock, rootName: null, hasParentId: false, key: null };
  }
  const byName = reader.uint();
  if (byName > 1) malformed(`parent info ${byName}`);
  const rootName = byName === 1 ? reader.text(MAX_NAME_BYTES) : null;
  if (byName === 0) {
    reader.uint(MAX_CLIENT_ID);
    reader.uint(MAX_CLOCK);
  }
  const key = (info & HAS_KEY) !== 0 ? reader.text(MAX_NAME_BYTES) : null;
  if (key !== null && isForbiddenKey(key)) malformed(`key ${key}`);
  return { originClient, originClock, rightClient, rightClock, rootName, hasParentId: byName === 0, key };
};

/** Returns the content's length in clocks. */
const skipContent = (reader: WireReader, ref: number): number => {
  switch (ref) {
    case REF.collected:
    case REF.skip:
    case REF.tombstone:
      return reader.uint(MAX_RUN);
    case REF.bytes:
      reader.skip(reader.uint());
      return 1;
    case REF.values: {
      const count = reader.uint(reader.left);
      for (let i = 0; i < count; i++) skipValue(reader);
      return count;
    }
    default:
      return refuse('update-forbidden', `content ${ref} is in none of our documents`);
  }
};
