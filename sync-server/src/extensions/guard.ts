/**
 * Where updates come in: their event ids are looked up, then they are checked and applied by the guard in one
 * synchronous step and queued for the journal; what is stored is acknowledged and told to others. The engine reads an
 * empty update afterwards: the payload is a view on its message, and is overwritten with zeros. A refusal is a message
 * on the same connection, which stays. [SYN-8] [ACK-1]
 */
import { formatDocName } from '@kith/schema/doc-name';
import { can } from '@kith/schema/policy/can';
import { err, ok, type Result } from '@kith/schema/result';
import type { Limited, WireErrorCode } from '@kith/schema/wire-error';
import type { Acks } from '../channels/acks.ts';
import { createTokenBucket, type TokenBucket } from '../channels/token-bucket.ts';
import type { AcceptedUpdate, Guard, Refusal } from '../guard/guard.ts';
import type { UpdateMode } from '../guard/update-limits.ts';
import type { Journals } from '../journal/journals.ts';
import type { WriteLimits } from '../limits/write-limits.ts';
import type { Attachments } from '../live/attachments.ts';
import type { DocumentState, LiveDocument } from '../live/live-documents.ts';
import { closePeer, HookRefusal, type Peer, type PeerSession, sendMessage } from '../live/peer.ts';
import type { Log } from '../log.ts';
import type { Membership } from '../membership/membership.ts';
import type { Notices } from '../notices/notices.ts';
import type { Rollover } from '../segments/rollover.ts';
import type { Segment } from '../storage/document-store.ts';
import { createEventGate, type EventGateDeps, findTaken, type TakenIds } from './event-gate.ts';

const SYNC_STEP_1 = 0;
const SYNC_STEP_2 = 1;
/** A sync step 1 makes the server encode everything the sender lacks. */
const STEP_1_RATE = { perSecond: 1, burst: 10 };
/** What a journal that fails may hold in memory; then writers are refused. */
const BACKLOG_BYTES = 16 * 1024 * 1024;

interface GuardDeps extends EventGateDeps {
  readonly guard: Guard;
  readonly attachments: Attachments;
  readonly rollover: Rollover;
  readonly journals: Journals;
  readonly acks: Acks;
  readonly notices: Notices;
  readonly limits: WriteLimits;
  readonly log: Log;
  readonly onStored: (state: DocumentState) => void;
}

export interface SyncPayload {
  readonly type: number;
  readonly payload: Uint8Array;
  readonly documentName: string;
  /** What this connection is attached to. */
  readonly document: LiveDocument;
  readonly connection: Peer;
}

export const createGuardExtension = (deps: GuardDeps) => {
  const bucketBySession = new WeakMap<PeerSession, TokenBucket>();

  const assertStep1Allowed = ({ context: { session } }: Peer): void => {
    if (session.scope === 'bulk') return;
    const bucket = bucketBySession.get(session) ?? createTokenBucket(STEP_1_RATE);
    bucketBySession.set(session, bucket);
    const retryAfterMs = bucket.take(deps.clock.now());
    if (retryAfterMs > 0) throw new HookRefusal('rate-limited', { limit: 'syncs', retryAfterMs });
  };

  return {
    beforeSync: async ({ type, payload, documentName, document, connection }: SyncPayload): Promise<void> => {
      if (type === SYNC_STEP_1) return assertStep1Allowed(connection);
      if (isEmptyUpdate(payload)) return;
      const mode = type === SYNC_STEP_2 ? 'step2' : 'update';
      const incoming = { documentName, document, connection, update: payload, mode } as const;
      const taken = await lookUp(deps, incoming);
      // nothing may be awaited between here and the overwriting of the payload
      try {
        const refused = taken.ok ? write(deps, incoming, taken.value) : taken.error;
        if (refused !== null) reject(connection, refused);
      } catch (cause) {
        deps.log.error('the guard failed: the document is closed for everybody', { documentName, cause });
        abandon(deps, documentName);
      } finally {
        payload.fill(0);
      }
    },
  };
};

const isEmptyUpdate = (update: Uint8Array): boolean => update.length === 2 && update[0] === 0 && update[1] === 0;

interface Rejection extends Refusal {
  readonly limited?: Limited;
}

interface IncomingUpdate {
  readonly documentName: string;
  readonly document: LiveDocument;
  readonly connection: Peer;
  readonly update: Uint8Array;
  readonly mode: UpdateMode;
}

/** Ids in the update that are taken. Refused: that cannot be told, or it is more than the sender may write now. */
const lookUp = async (deps: GuardDeps, incoming: IncomingUpdate): Promise<Result<TakenIds, Rejection>> => {
  const { documentName, update, mode, connection } = incoming;
  const writer = connection.context.session;
  const state = deps.live.find(documentName);
  try {
    const eventIds =
      state?.name.type === 'segment'
        ? deps.guard.newEventIds({ doc: state.document, clientIds: state.clientIds, writer, update, mode })
        : [];
    const { refused, slowDown } = await deps.limits.take(writer, eventIds.length, update.length);
    if (slowDown !== null) sendMessage(connection, slowDown);
    if (refused !== null) return err({ type: 'rate-limited', detail: '', eventIds, limited: refused });
    return ok(await findTaken(deps, eventIds));
  } catch (cause) {
    deps.log.warn('event ids could not be looked up', { documentName, cause });
    return err(refusal('unavailable'));
  }
};

/** Null when it was accepted, or changed nothing. */
const write = (deps: GuardDeps, incoming: IncomingUpdate, taken: TakenIds): Refusal | null => {
  const { documentName, document, connection, update, mode } = incoming;
  const { session } = connection.context;
  const state = deps.live.find(documentName);
  const segment = state === null ? null : segmentOf(deps, state);
  if (state === null || (state.name.type === 'segment' && segment === null)) return refusal('unavailable');
  // it was read again since this connection was attached, or must be
  if (state.document !== document || state.isAbandoned) return refusal('unavailable');
  if (deps.journals.get(state.journal).backlogBytes > BACKLOG_BYTES) return refusal('not-stored');
  const result = deps.guard.checkAndApply({
    doc: state.document,
    name: state.name,
    clientIds: state.clientIds,
    writer: session,
    canWrite: canWrite(deps.membership, session),
    gate: segment === null ? null : createEventGate(deps, { state, segment, session, taken }),
    update,
    mode,
    origin: { source: 'connection', connection },
  });
  if (!result.ok) return result.error;
  if (result.value.changed) accept(deps, { state, segment, connection, accepted: result.value });
  return null;
};

interface Acceptance {
  readonly state: DocumentState;
  readonly segment: Segment | null;
  readonly connection: Peer;
  readonly accepted: AcceptedUpdate;
}

const accept = (deps: GuardDeps, { state, segment, connection, accepted }: Acceptance): void => {
  const { account, device } = connection.context.session;
  for (const { header } of accepted.events) state.contents?.add(header);
  deps.journals.get(state.journal).append({
    document: state.document.name,
    update: accepted.sanitised,
    events: accepted.events.map(({ eventId }) => ({ eventId, segment: segment?.n ?? 0, account, device })),
    bindings: accepted.newBindings,
    onStored: (row) => {
      deps.acks.add(connection, row);
      deps.onStored(state);
      if (segment === null || row.events.length === 0) return;
      const bytes = accepted.events.map((event) => event.bytes);
      deps.notices.add(segment.conversation, row, bytes, segment.importer !== null);
    },
  });
  if (segment !== null && state.contents !== null) deps.rollover.note(segment, state.contents);
};

const segmentOf = ({ segments }: GuardDeps, { name }: DocumentState): Segment | null =>
  name.type === 'segment' ? segments.find(name.conversation, name.n) : null;

const canWrite = (membership: Membership, { name, account, perm }: PeerSession): boolean =>
  perm === 'write' && (name.type === 'account' || can(membership.role(name.conversation, account), 'write'));

const refusal = (type: WireErrorCode): Refusal => ({ type, detail: '', eventIds: [] });

const reject = (peer: Peer, { type, detail, eventIds, limited }: Rejection): void =>
  sendMessage(peer, {
    ...{ type: 'rejected', code: type, eventIds: [...eventIds], ...limited },
    ...(detail === '' ? {} : { detail }),
  });

/** A document that is not what the guard took it for must be read again: nobody gets it until it has left memory. */
const abandon = ({ attachments, live }: GuardDeps, documentName: string): void => {
  const state = live.find(documentName);
  if (state === null) return;
  state.isAbandoned = true;
  for (const peer of attachments.of(state.journal)) {
    if (formatDocName(peer.context.session.name) === documentName) closePeer(peer, 'unavailable');
  }
};
