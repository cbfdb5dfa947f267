/**
 * Whether an event may go into this segment now. [SGM-2] [SGM-3] [SGM-4]
 *
 *   changes something (edit, delete, reaction)   only where its target stands, open or closed
 *   new message, live segment                    in the newest; in a closed one while it is in its grace
 *   new message, import segment                  by its importer, while it is open and not overfull
 */
import type { EventHeader } from '@kith/schema/event/event-header';
import type { EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import type { WireErrorCode } from '@kith/schema/wire-error';
import type { Segment } from '../storage/document-store.ts';
import type { SegmentContents } from './segment-contents.ts';

export interface SegmentGate {
  /** Null when it may stand. Asked in order, once for each event of an update. */
  accepts(header: Pick<EventHeader, 'eventId' | 'target'>): WireErrorCode | null;
}

interface GateDeps {
  readonly segment: Segment;
  readonly isNewest: boolean;
  readonly contents: SegmentContents;
  /** `<account>/<device>` */
  readonly writer: string;
  readonly nowMs: number;
}

/** One gate serves one update: events of the same update may target each other and count together. */
export const createSegmentGate = ({ segment, isNewest, contents, writer, nowMs }: GateDeps): SegmentGate => {
  const accepted = new Set<EventId>();

  const fault = (target: EventId | null): WireErrorCode | null => {
    if (target !== null) return contents.has(target) || accepted.has(target) ? null : 'segment-wrong';
    const events = contents.span().events + accepted.size;
    const { importer, closed } = segment;
    if (importer !== null && importer !== writer) return 'segment-wrong';
    if (importer !== null) return closed === null && events < OVERFULL ? null : 'segment-closed';
    if (isNewest || closed === null) return null;
    const isLate = nowMs > closed.closedAt + LIMITS.segmentGraceMs;
    return isLate || events >= closed.events + LIMITS.segmentGraceEvents ? 'segment-closed' : null;
  };

  return {
    accepts: ({ eventId, target }) => {
      const code = fault(target);
      if (code === null) accepted.add(eventId);
      return code;
    },
  };
};

const OVERFULL = LIMITS.segmentEvents + LIMITS.segmentGraceEvents;

/** Full, or old and not nearly empty: time for the next. [SGM-1] */
export const isDueToClose = (segment: Segment, events: number, nowMs: number): boolean =>
  events >= LIMITS.segmentEvents ||
  (events >= LIMITS.segmentQuietEvents && nowMs - segment.openedAt >= LIMITS.segmentMaxAgeMs);
