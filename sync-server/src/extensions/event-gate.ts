/** What store, segment and conversation say about the events of one incoming update. [GRD-13] [SGM-2] */
import type { EventGate } from '../guard/check-events.ts';
import type { Claim, EventClaims } from '../live/event-claims.ts';
import type { DocumentState } from '../live/live-documents.ts';
import type { PeerSession } from '../live/peer.ts';
import type { Membership } from '../membership/membership.ts';
import type { ConversationSegments } from '../segments/conversation-segments.ts';
import { createSegmentGate } from '../segments/segment-gate.ts';
import type { SignatureAudit } from '../signatures/signature-audit.ts';
import type { Segment } from '../storage/document-store.ts';

export interface EventGateDeps {
  readonly claims: EventClaims;
  readonly membership: Membership;
  readonly segments: ConversationSegments;
  readonly audit: Pick<SignatureAudit, 'isFlagged'>;
  readonly clock: { now(): number };
}

interface GateRequest {
  readonly state: DocumentState;
  readonly segment: Segment;
  /** Who sends, and so writes: in a log of its own, or on behalf of those who did. */
  readonly session: Pick<PeerSession, 'account' | 'device'>;
  readonly taken: Claim['taken'];
}

/** Null for documents that hold no events. */
export const createEventGate = (
  { membership, segments, audit, clock }: Omit<EventGateDeps, 'claims'>,
  { state, segment, session, taken }: GateRequest,
): EventGate | null => {
  const { contents } = state;
  if (contents === null) return null;
  const nowMs = clock.now();
  const writer = `${session.account}/${session.device}`;
  const isNewest = segments.isNewest(segment);
  const { accepts } = createSegmentGate({ segment, isNewest, contents, writer, nowMs });
  return {
    nowMs,
    currentEpoch: membership.peek(segment.conversation)?.epoch ?? 0,
    accepts: (header) => (audit.isFlagged(session.device) ? 'event-signature' : accepts(header)),
    isKnown: (eventId) => taken.has(eventId),
  };
};
