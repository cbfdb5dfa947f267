/**
 * Third step: what would the delete set delete? Ranges are reduced to units that are alive: what is deleted already is
 * no change, and what nobody has written yet may not be deleted in advance. [GRD-8]
 */
import type * as Y from 'yjs';
import { refuse } from './guard-error.ts';
import { indexOfClock, type Place, placeOf, type RootNames, stateOf } from './live-store.ts';
import type { PlacedStruct } from './resolve-places.ts';
import { clockEnd } from './scan-struct.ts';
import type { DeleteRanges } from './scan-update.ts';

export interface Deletion {
  /** Null: inside something that cannot be written to. */
  readonly place: Place | null;
  readonly client: number;
  readonly clock: number;
  readonly length: number;
}

export interface DeleteAdmission {
  /** True keeps it, false strips it. */
  admitsDeletion(deletion: Deletion): boolean;
  /** A range reaches clocks that neither the server nor the update has: true strips that part, false refuses. */
  stripsUnknownDeletions(client: number): boolean;
}

export interface DeleteContext {
  readonly doc: Y.Doc;
  readonly rootNames: RootNames;
  readonly placedByClient: ReadonlyMap<number, readonly PlacedStruct[]>;
  readonly admission: DeleteAdmission;
}

export interface InspectedDeletes {
  readonly deletions: readonly Deletion[];
  /** What is to be applied, or null when that is the delete set as it came. */
  readonly rewritten: readonly DeleteRanges[] | null;
}

export const inspectDeletes = (context: DeleteContext, deletes: readonly DeleteRanges[]): InspectedDeletes => {
  const deletions: Deletion[] = [];
  const rewritten: DeleteRanges[] = [];
  let changed = false;
  for (const { client, ranges } of deletes) {
    const kept: number[] = [];
    for (let i = 0; i < ranges.length; i += 2) {
      const from = ranges[i] ?? 0;
      keepLive(context, { client, from, to: from + (ranges[i + 1] ?? 0) }, deletions, kept);
    }
    if (kept.length > 0) rewritten.push({ client, ranges: kept });
    changed ||= kept.length !== ranges.length || kept.some((value, i) => value !== ranges[i]);
  }
  return { deletions, rewritten: changed ? rewritten : null };
};

interface Range {
  readonly client: number;
  readonly from: number;
  readonly to: number;
}

const keepLive = (context: DeleteContext, range: Range, deletions: Deletion[], kept: number[]): void => {
  const { doc, placedByClient, admission } = context;
  const { client, from, to } = range;
  const placed = placedByClient.get(client) ?? [];
  const state = stateOf(doc, client);
  const last = placed.at(-1);
  const end = last === undefined ? state : clockEnd(last.struct);
  if (to > end && !admission.stripsUnknownDeletions(client)) {
    refuse('update-gap', `deletes client ${client} up to ${to}, the server has ${end}`);
  }
  const keep = (place: Place | null, unitFrom: number, unitTo: number): void => {
    const deletion = { place, client, clock: unitFrom, length: unitTo - unitFrom };
    if (!admission.admitsDeletion(deletion)) return;
    deletions.push(deletion);
    appendRange(kept, unitFrom, unitTo);
  };
  if (from < state) visitLive(context, range, keep);
  for (const { struct, place } of to > state ? placed : []) {
    const unitFrom = Math.max(struct.clock, from);
    const unitTo = Math.min(clockEnd(struct), to);
    if (unitFrom < unitTo) keep(place, unitFrom, unitTo);
  }
};

type Keep = (place: Place | null, from: number, to: number) => void;

const visitLive = ({ doc, rootNames }: DeleteContext, { client, from, to }: Range, keep: Keep): void => {
  const structs = doc.store.clients.get(client) ?? [];
  for (let i = indexOfClock(structs, from); i < structs.length; i++) {
    const struct = structs[i];
    if (struct === undefined || struct.id.clock >= to) return;
    if (struct.deleted) continue;
    const unitFrom = Math.max(struct.id.clock, from);
    keep(placeOf(doc, rootNames, struct), unitFrom, Math.min(struct.id.clock + struct.length, to));
  }
};

/** Neighbouring pieces join again, so that an honest range comes out as it went in. */
const appendRange = (kept: number[], from: number, to: number): void => {
  const lastClock = kept.at(-2) ?? -1;
  const lastLength = kept.at(-1) ?? 0;
  if (lastClock >= 0 && lastClock + lastLength === from) kept[kept.length - 1] = to - lastClock;
  else kept.push(from, to - from);
};
