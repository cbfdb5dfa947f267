/**
 * What becomes of updates, however they come in: their event ids are looked up, then each is checked and applied by the
 * guard in one synchronous step and queued for the journal; what is stored is acknowledged and told to others. A refusal
 * is a message on the same connection, which stays. [SYN-8] [ACK-1]
 */
import { formatDocName } from '@kith/schema/doc-name';
import type { EventId } from '@kith/schema/ids';
import { can } from '@kith/schema/policy/can';
import type { Limited, WireErrorCode } from '@kith/schema/wire-error';
import type { Acks } from '../channels/acks.ts';
import type { AcceptedUpdate, Guard, Refusal } from '../guard/guard.ts';
import type { UpdateMode } from '../guard/update-limits.ts';
import type { Journals } from '../journal/journals.ts';
import type { WriteLimits } from '../limits/write-limits.ts';
import type { Attachments } from '../live/attachments.ts';
import { type Claim, NO_CLAIM } from '../live/event-claims.ts';
import type { DocumentState, LiveDocuments } from '../live/live-documents.ts';
import { closePeer, type DocumentPeer, type Peer, type PeerSession, sendMessage } from '../live/peer.ts';
import type { Log } from '../log.ts';
import type { Membership } from '../membership/membership.ts';
import type { Notices } from '../notices/notices.ts';
import type { Rollover } from '../segments/rollover.ts';
import type { SignatureAudit } from '../signatures/signature-audit.ts';
import type { Segment } from '../storage/document-store.ts';
import { createEventGate, type EventGateDeps } from './event-gate.ts';

/** What a journal that fails may hold in memory; then writers are refused. */
const BACKLOG_BYTES = 16 * 1024 * 1024;

export interface UpdatesDeps extends EventGateDeps {
  readonly guard: Guard;
  readonly live: LiveDocuments;
  readonly attachments: Attachments;
  /** Null while the session may go on. */
  readonly sessionFault: (session: PeerSession) => WireErrorCode | null;
  readonly rollover: Rollover;
  readonly journals: Journals;
  readonly acks: Acks;
  readonly notices: Notices;
  readonly audit: SignatureAudit;
  readonly limits: WriteLimits;
  readonly log: Log;
  readonly onStored: (state: DocumentState) => void;
}

export interface Updates {
  /** In order. Never rejects; the updates may be overwritten once it has resolved. */
  handle(peer: DocumentPeer, updates: readonly Uint8Array[], mode: UpdateMode): Promise<void>;
}

export const createUpdates = (deps: UpdatesDeps): Updates => ({
  handle: async (peer, updates, mode) => {
    const lookedUp = await lookUp(deps, peer, updates, mode);
    try {
      writeAll(deps, { peer, updates, mode }, lookedUp);
    } finally {
      lookedUp.claim.release();
    }
  },
});

interface IncomingUpdates {
  readonly peer: DocumentPeer;
  readonly updates: readonly Uint8Array[];
  readonly mode: UpdateMode;
}

/** One synchronous step and one transaction: Yjs tidies up, and the engine tells the others, once for all of them. */
const writeAll = (deps: UpdatesDeps, incoming: IncomingUpdates, lookedUp: LookedUp): void => {
  const { peer } = incoming;
  const origin = { source: 'connection', connection: peer } as const;
  try {
    const fault = peer.document.transact(() => writeEach(deps, incoming, lookedUp, origin), origin);
    if (fault !== null) closePeer(peer, fault);
  } catch (cause) {
    const documentName = peer.document.name;
    deps.log.error('the guard failed: the document is closed for everybody', { documentName, cause });
    abandon(deps, documentName);
  }
};

/** Each is checked against what those before it left. Gives what ended the session meanwhile, or null. */
const writeEach = (
  deps: UpdatesDeps,
  { peer, updates, mode }: IncomingUpdates,
  { refused, claim }: LookedUp,
  origin: unknown,
): WireErrorCode | null => {
  for (const [i, update] of updates.entries()) {
    const fault = deps.sessionFault(peer.context.session);
    if (fault !== null) return fault;
    const rejection = refused[i] ?? write(deps, { peer, update, mode, claim, origin });
    if (rejection !== null) reject(peer, rejection);
  }
  return null;
};

interface IncomingUpdate {
  readonly peer: DocumentPeer;
  readonly update: Uint8Array;
  readonly mode: UpdateMode;
  readonly claim: Claim;
  readonly origin: unknown;
}

interface Rejection extends Refusal {
  readonly limited?: Limited;
}

interface LookedUp {
  /** Of each update, in order: why it is refused unseen, because it is too much now, or cannot be looked up. */
  readonly refused: readonly (Rejection | null)[];
  /** The event ids of the others. */
  readonly claim: Claim;
}

const lookUp = async (
  deps: UpdatesDeps,
  peer: DocumentPeer,
  updates: readonly Uint8Array[],
  mode: UpdateMode,
): Promise<LookedUp> => {
  const writer = peer.context.session;
  const state = deps.live.find(peer.document.name);
  const idsIn = (update: Uint8Array): readonly EventId[] =>
    state?.name.type === 'segment'
      ? deps.guard.newEventIds({ doc: state.document, clientIds: state.clientIds, writer, update, mode })
      : [];
  try {
    // asked at once and counted in order, wherever that is
    const uses = await Promise.all(
      updates.map(async (update) => {
        const eventIds = idsIn(update);
        return { eventIds, ...(await deps.limits.take(writer, eventIds.length, update.length)) };
      }),
    );
    for (const { slowDown } of uses) if (slowDown !== null) sendMessage(peer, slowDown);
    const refused = uses.map(
      ({ eventIds, refused: limited }) => limited && { type: 'rate-limited' as const, detail: '', eventIds, limited },
    );
    const wanted = uses.flatMap(({ eventIds, refused: limited }) => (limited === null ? eventIds : []));
    return { refused, claim: await deps.claims.claim(wanted) };
  } catch (cause) {
    deps.log.warn('event ids could not be looked up', { documentName: peer.document.name, cause });
    // where the store does not answer, that is told to everybody until it does
    if (state !== null) deps.journals.get(state.journal).catchUp();
    return { refused: updates.map(() => refusal('unavailable')), claim: NO_CLAIM };
  }
};

/** Null when it was accepted, or changed nothing. */
const write = (deps: UpdatesDeps, incoming: IncomingUpdate): Refusal | null => {
  const { peer, update, mode, claim, origin } = incoming;
  const { session } = peer.context;
  const state = deps.live.find(peer.document.name);
  const segment = state === null ? null : segmentOf(deps, state);
  if (state === null || (state.name.type === 'segment' && segment === null)) return refusal('unavailable');
  // it was read again since this connection was attached, or must be
  if (state.document !== peer.document || state.isAbandoned) return refusal('unavailable');
  if (deps.journals.get(state.journal).backlogBytes > BACKLOG_BYTES) return refusal('not-stored');
  const result = deps.guard.checkAndApply({
    doc: state.document,
    name: state.name,
    clientIds: state.clientIds,
    writer: session,
    canWrite: canWrite(deps.membership, session),
    gate: segment === null ? null : createEventGate(deps, { state, segment, session, taken: claim.taken }),
    update,
    mode,
    origin,
  });
  if (!result.ok) return result.error;
  if (result.value.changed) accept(deps, { state, segment, peer, claim, accepted: result.value });
  return null;
};

interface Acceptance {
  readonly state: DocumentState;
  readonly segment: Segment | null;
  readonly peer: Peer;
  readonly claim: Claim;
  readonly accepted: AcceptedUpdate;
}

const accept = (deps: UpdatesDeps, { state, segment, peer, claim, accepted }: Acceptance): void => {
  const { account, device } = peer.context.session;
  for (const { header } of accepted.events) state.contents?.add(header);
  const giveUpClaim = claim.keep(accepted.events.map(({ eventId }) => eventId));
  deps.journals.get(state.journal).append({
    document: state.document.name,
    update: accepted.sanitised,
    events: accepted.events.map(({ eventId }) => ({ eventId, segment: segment?.n ?? 0, account, device })),
    bindings: accepted.newBindings,
    onStored: (row) => {
      giveUpClaim();
      deps.acks.add(peer, row);
      deps.onStored(state);
      if (segment === null || row.events.length === 0) return;
      const { conversation } = segment;
      const events = accepted.events.map((event) => ({ ...event, account, device }));
      deps.audit.add({ conversation, document: state.document.name, events });
      const bytes = accepted.events.map((event) => event.bytes);
      deps.notices.add(conversation, row, bytes, segment.importer !== null);
    },
  });
  if (segment !== null && state.contents !== null) deps.rollover.note(segment, state.contents.span());
};

const segmentOf = ({ segments }: UpdatesDeps, { name }: DocumentState): Segment | null =>
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
const abandon = ({ attachments, live }: UpdatesDeps, documentName: string): void => {
  const state = live.find(documentName);
  if (state === null) return;
  state.isAbandoned = true;
  for (const peer of attachments.of(state.journal)) {
    if (formatDocName(peer.context.session.name) === documentName) closePeer(peer, 'unavailable');
  }
};
