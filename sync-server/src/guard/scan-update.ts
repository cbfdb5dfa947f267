/**
 * The strict scanner of Yjs' update format V1: structs by client, then delete ranges by client.
 *
 * Yjs' own reader makes roots, allocates what a count claims, and lets the last of two equal sections win, all while it
 * decodes. This one has no effects, and everything that an honest encoder never writes is an error. [GRD-2] [GRD-3]
 */
import { refuse } from './guard-error.ts';
import { clockEnd, scanStruct, type WireStruct } from './scan-struct.ts';
import { MAX_CLIENT_ID, MAX_CLOCK, type ScanLimits } from './update-limits.ts';
import { malformed, WireReader } from './wire-reader.ts';

export interface Section {
  readonly client: number;
  /** First clock; the structs follow each other without gaps. */
  readonly from: number;
  readonly structs: readonly WireStruct[];
}

export interface DeleteRanges {
  readonly client: number;
  /** Ascending, apart: [clock, length, clock, length …]. */
  readonly ranges: readonly number[];
}

export interface ScannedUpdate {
  readonly bytes: Uint8Array;
  readonly sections: readonly Section[];
  /** Where the delete set begins in `bytes`. */
  readonly deletesAt: number;
  readonly deletes: readonly DeleteRanges[];
}

export const sectionEnd = (section: Section): number => {
  const last = section.structs.at(-1);
  return last === undefined ? section.from : clockEnd(last);
};

/**
 * `sections` is filled while scanning, so that a caller who hands one in still has what was readable of an update that
 * is refused.
 * @throws GuardError
 */
export const scanUpdate = (bytes: Uint8Array, limits: ScanLimits, sections: Section[] = []): ScannedUpdate => {
  if (bytes.length > limits.updateBytes) refuse('update-too-large', `${bytes.length} bytes`);
  const reader = new WireReader(bytes);
  scanSections(reader, limits, sections);
  const deletesAt = reader.at;
  const deletes = scanDeletes(reader, limits);
  if (reader.left > 0) malformed('bytes behind the end');
  return { bytes, sections, deletesAt, deletes };
};

const scanSections = (reader: WireReader, limits: ScanLimits, sections: Section[]): void => {
  const count = boundedCount(reader, limits.sections, 'sections');
  const clients = new Set<number>();
  let total = 0;
  for (let i = 0; i < count; i++) {
    const structCount = boundedCount(reader, limits.structs - total, 'structs');
    if (structCount === 0) malformed('empty section');
    total += structCount;
    const client = reader.uint(MAX_CLIENT_ID);
    if (clients.has(client)) malformed('section twice');
    clients.add(client);
    const from = reader.uint(MAX_CLOCK);
    const structs: WireStruct[] = [];
    sections.push({ client, from, structs });
    let clock = from;
    for (let j = 0; j < structCount; j++) {
      const struct = scanStruct(reader, client, clock);
      structs.push(struct);
      clock = clockEnd(struct);
    }
  }
};

const scanDeletes = (reader: WireReader, limits: ScanLimits): DeleteRanges[] => {
  const count = boundedCount(reader, limits.deleteClients, 'delete sets');
  const deletes: DeleteRanges[] = [];
  const clients = new Set<number>();
  let total = 0;
  for (let i = 0; i < count; i++) {
    const client = reader.uint(MAX_CLIENT_ID);
    if (clients.has(client)) malformed('delete set twice');
    clients.add(client);
    const rangeCount = boundedCount(reader, limits.deleteRanges - total, 'delete ranges');
    if (rangeCount === 0) malformed('empty delete set');
    total += rangeCount;
    deletes.push({ client, ranges: scanRanges(reader, rangeCount) });
  }
  return deletes;
};

const scanRanges = (reader: WireReader, count: number): number[] => {
  const ranges: number[] = [];
  let previousEnd = -1;
  for (let i = 0; i < count; i++) {
    const clock = reader.uint(MAX_CLOCK);
    const length = reader.uint(MAX_CLOCK);
    if (length === 0) malformed('empty delete range'); // Yjs splits an item at `clock` even so
    if (clock + length > MAX_CLOCK) malformed('delete range out of range');
    if (clock < previousEnd) malformed('delete ranges out of order'); // overlaps would cost quadratic walks
    previousEnd = clock + length;
    ranges.push(clock, length);
  }
  return ranges;
};

/** A count that claims more than the update can hold is refused before anything is allocated for it. */
const boundedCount = (reader: WireReader, limit: number, what: string): number => {
  const count = reader.uint();
  if (count > limit) refuse('update-too-large', `${count} ${what}`);
  if (count > reader.left) malformed('truncated');
  return count;
};
