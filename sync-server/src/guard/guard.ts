/**
 * The guard: every update from a client passes here before it touches a live document. It admits exactly what the table
 * of write rules allows, or refuses the update whole; it knows Yjs and the schema, and neither sockets nor storage.
 *
 *   scan ▶ split known from new, own from foreign ▶ resolve places ▶ rules ▶ events ▶ bind client ids ▶ apply
 *
 * All of it is one synchronous step: with an await in between, two connections could each pass a check that only one
 * of them may pass. [GRD-1] [GRD-16]
 */
import type { DocName } from '@kith/schema/doc-name';
import type { EventId } from '@kith/schema/ids';
import type { Writer } from '@kith/schema/policy/write-policy';
import { err, ok, type Result } from '@kith/schema/result';
import type { WireErrorCode } from '@kith/schema/wire-error';
import * as Y from 'yjs';
import { createAdmission } from './admission.ts';
import { checkChanges } from './check-changes.ts';
import { type AcceptedEvent, checkEvents, type EventGate } from './check-events.ts';
import { type ClientBinding, type ClientIds, isIssuedTo } from './client-ids.ts';
import { GuardError, refuse } from './guard-error.ts';
import { type Inspection, inspectUpdate } from './inspect-update.ts';
import { assertNothingPending, createRootNames, type RootNames } from './live-store.ts';
import { newEventIds } from './new-event-ids.ts';
import { assertSameContent } from './same-content.ts';
import { CONTENT_LIMITS, SCAN_LIMITS, type UpdateMode } from './update-limits.ts';
import { createWriteRules } from './write-rules.ts';

export interface GuardRequest {
  readonly doc: Y.Doc;
  readonly name: DocName;
  readonly clientIds: ClientIds;
  readonly writer: Writer;
  /** May the writer change this document at all, by role and token, at this moment? */
  readonly canWrite: boolean;
  /** Null where nobody appends events: heads and account documents. */
  readonly gate: EventGate | null;
  /** Copied: the caller may overwrite it afterwards. */
  readonly update: Uint8Array;
  readonly mode: UpdateMode;
  /** Yjs transaction origin, seen by the document's observers. */
  readonly origin: unknown;
}

export interface AcceptedUpdate {
  /** False: the document had it all, or what was new was foreign and stripped. Nothing is to be journaled. */
  readonly changed: boolean;
  /** What was applied: the new parts only. */
  readonly sanitised: Uint8Array;
  /** In the order of each log. */
  readonly events: readonly AcceptedEvent[];
  /** Ids first written under by this update: they travel in its journal row. */
  readonly newBindings: readonly ClientBinding[];
}

export interface Refusal {
  readonly type: WireErrorCode;
  /** For logs and developers. */
  readonly detail: string;
  /** Those of the sender's events in the update that could be read and that the document does not have. */
  readonly eventIds: readonly EventId[];
}

export interface Guard {
  /** The sender's events that the update would add, as far as it can be read, so that their ids can be looked up. */
  newEventIds(request: EventIdRequest): readonly EventId[];
  /**
   * Refused: the document is as it was.
   * @throws Error when Yjs does not do what the inspection foresaw: a bug. Drop the document and load it again.
   */
  checkAndApply(request: GuardRequest): Result<AcceptedUpdate, Refusal>;
}

export type EventIdRequest = Pick<GuardRequest, 'doc' | 'clientIds' | 'writer' | 'update' | 'mode'>;

/** One guard serves all documents of a process. */
export const createGuard = (): Guard => {
  const rootNames = createRootNames();
  return {
    newEventIds: eventIdsOf,
    checkAndApply: (request) => {
      const checked = checkUpdate(request, rootNames);
      if (!checked.ok) return checked;
      const { inspection, events } = checked.value;
      if (!inspection.changes) return ok(UNCHANGED);
      const newBindings = request.clientIds.bind(inspection.placedByClient.keys());
      Y.applyUpdate(request.doc, inspection.sanitised, request.origin);
      assertNothingPending(request.doc);
      return ok({ changed: true, sanitised: inspection.sanitised, events, newBindings });
    },
  };
};

const UNCHANGED: AcceptedUpdate = { changed: false, sanitised: Uint8Array.of(0, 0), events: [], newBindings: [] };

export interface CheckedUpdate {
  readonly inspection: Inspection;
  readonly events: readonly AcceptedEvent[];
}

/** The first half of `checkAndApply`, changes nothing. Only what is measured calls it alone. */
export const checkUpdate = (request: GuardRequest, rootNames: RootNames): Result<CheckedUpdate, Refusal> => {
  try {
    return ok(checkOrThrow(request, rootNames));
  } catch (error) {
    if (!(error instanceof GuardError)) throw error;
    return err({ type: error.type, detail: error.message, eventIds: eventIdsOf(request) });
  }
};

const checkOrThrow = (request: GuardRequest, rootNames: RootNames): CheckedUpdate => {
  const { doc, clientIds, writer, canWrite, gate, mode } = request;
  if (request.update.length > SCAN_LIMITS[mode].updateBytes) {
    refuse('update-too-large', `${request.update.length} bytes`);
  }
  const rules = createWriteRules(request.name, request.writer);
  const inspection = inspectUpdate({
    doc,
    rootNames,
    // lib0 decodes the bytes inside an entry as views: they must outlive the message they came in
    update: new Uint8Array(request.update),
    limits: SCAN_LIMITS[mode],
    admission: createAdmission({ doc, rootNames, clientIds, writer, mode, rules }),
  });
  if (inspection.changes && !canWrite) refuse('read-only', 'may not write here');
  assertWithinLimits(inspection, mode);
  for (const struct of inspection.known) {
    if (isOwn(request, struct.client)) assertSameContent(doc, inspection.bytes, struct);
  }
  const entries = checkChanges(inspection, rules);
  if (entries.length > CONTENT_LIMITS[mode].events) refuse('update-too-large', `${entries.length} events`);
  if (entries.length > 0 && gate === null) refuse('update-forbidden', 'nobody appends events here');
  return { inspection, events: gate === null ? [] : checkEvents(entries, gate) };
};

const assertWithinLimits = ({ placedByClient, sanitised, offTail }: Inspection, mode: UpdateMode): void => {
  const limits = CONTENT_LIMITS[mode];
  const structs = [...placedByClient.values()].reduce((sum, placed) => sum + placed.length, 0);
  if (sanitised.length > limits.updateBytes) refuse('update-too-large', `${sanitised.length} bytes`);
  if (placedByClient.size > limits.sections) refuse('update-too-large', `${placedByClient.size} sections`);
  if (structs > limits.structs) refuse('update-too-large', `${structs} structs`);
  // the sender has not seen what it writes beside: it must write again on what the server has
  if (offTail > limits.offTail) refuse('update-gap', `${offTail} structs away from the end`);
};

const isOwn = ({ clientIds, writer }: EventIdRequest, client: number): boolean =>
  isIssuedTo(writer, clientIds.owner(client));

const eventIdsOf = (request: EventIdRequest): EventId[] =>
  newEventIds({
    doc: request.doc,
    update: request.update,
    limits: SCAN_LIMITS[request.mode],
    isForeign: (client) => request.clientIds.owner(client) !== null && !isOwn(request, client),
  });
