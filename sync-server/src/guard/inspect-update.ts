/**
 * What would an update change? Answers exactly, without touching the document: every struct that would be added and
 * where, every unit that would die, and the bytes that do this and no more. Who may do it is the caller's question.
 * Cost: O(update · log document), never O(document). [GRD-9]
 */
import type * as Y from 'yjs';
import { type DeleteAdmission, type Deletion, inspectDeletes } from './inspect-deletes.ts';
import { assertNothingPending, type RootNames } from './live-store.ts';
import { rebuildUpdate } from './rebuild-update.ts';
import { type PlacedStruct, resolvePlaces } from './resolve-places.ts';
import type { WireStruct } from './scan-struct.ts';
import { type ScannedUpdate, scanUpdate } from './scan-update.ts';
import { type AdmitSection, splitKnown } from './split-known.ts';
import type { ScanLimits } from './update-limits.ts';

/** Decides, while the inspection goes, what is kept, what stripped, and what gets the update refused. */
export interface Admission extends DeleteAdmission {
  readonly admitsSection: AdmitSection;
}

export interface InspectRequest {
  readonly doc: Y.Doc;
  readonly rootNames: RootNames;
  readonly update: Uint8Array;
  readonly limits: ScanLimits;
  readonly admission: Admission;
}

export interface Inspection {
  /** The update as it came; structs are positions in it. */
  readonly bytes: Uint8Array;
  readonly placedByClient: ReadonlyMap<number, readonly PlacedStruct[]>;
  readonly deletions: readonly Deletion[];
  /** Structs that the document has already, of admitted and of unchanged sections. */
  readonly known: readonly WireStruct[];
  readonly offTail: number;
  /** What to apply; the same array as `bytes` when there was nothing to strip. */
  readonly sanitised: Uint8Array;
  readonly changes: boolean;
}

/** @throws GuardError when the update cannot be applied as a whole, now and without waiting for another. */
export const inspectUpdate = ({ doc, rootNames, update, limits, admission }: InspectRequest): Inspection => {
  const scanned = scanUpdate(update, limits);
  assertNothingPending(doc);
  const { freshByClient, known, stripped } = splitKnown(doc, scanned, admission.admitsSection);
  const { placedByClient, offTail } = resolvePlaces(doc, rootNames, freshByClient);
  const { deletions, rewritten } = inspectDeletes({ doc, rootNames, placedByClient, admission }, scanned.deletes);
  const isWhole = !stripped && rewritten === null;
  return {
    bytes: update,
    placedByClient,
    deletions,
    known,
    offTail,
    sanitised: isWhole
      ? update
      : rebuildUpdate({ bytes: update, freshByClient, deletes: deletesOf(scanned, rewritten) }),
    changes: freshByClient.size > 0 || deletions.length > 0,
  };
};

const deletesOf = (scanned: ScannedUpdate, rewritten: ScannedUpdate['deletes'] | null) =>
  rewritten ?? scanned.bytes.subarray(scanned.deletesAt);
