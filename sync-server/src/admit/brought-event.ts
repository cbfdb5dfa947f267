/** An event that somebody brings over HTTP, on its way to a place in the log of who signed it. */
import { decodeEvent } from '@kith/schema/event/event-codec';
import type { EventHeader } from '@kith/schema/event/event-header';
import type { EventId } from '@kith/schema/ids';
import type { WireErrorCode } from '@kith/schema/wire-error';
import type { SignedEvent } from '../signatures/signatures.ts';

export type AdmitOutcome =
  | { readonly eventId: EventId; readonly arrival: number; readonly segment: number }
  /** Null: the id could not be read. */
  | { readonly eventId: EventId | null; readonly code: WireErrorCode };

export interface BroughtEvent extends SignedEvent {
  readonly header: EventHeader;
  /** Where it is told what became of it. */
  readonly index: number;
}

/** What became of each event of one request; those without an outcome yet are still to be looked at. */
export interface Outcomes {
  refuse(event: BroughtEvent, code: WireErrorCode): void;
  store(event: BroughtEvent, place: { readonly arrival: number; readonly segment: number }): void;
  /** Those still to be looked at, in the order of the request. */
  open(): readonly BroughtEvent[];
  all(): readonly AdmitOutcome[];
}

/** A second event under an id of the same request is refused. */
export const createOutcomes = (signed: readonly SignedEvent[]): Outcomes => {
  const outcomes: (AdmitOutcome | BroughtEvent)[] = [];
  const seen = new Set<EventId>();
  for (const [index, event] of signed.entries()) {
    const decoded = decodeEvent(event.bytes);
    if (!decoded.ok) {
      const { error } = decoded;
      outcomes.push({ eventId: error.type === 'event-version' ? error.eventId : null, code: error.type });
      continue;
    }
    const { header } = decoded.value;
    const { eventId } = header;
    outcomes.push(seen.has(eventId) ? { eventId, code: 'event-exists' } : { ...event, header, index });
    seen.add(eventId);
  }
  return {
    refuse: ({ index, header: { eventId } }, code) => {
      outcomes[index] = { eventId, code };
    },
    store: ({ index, header: { eventId } }, { arrival, segment }) => {
      outcomes[index] = { eventId, arrival, segment };
    },
    open: () => outcomes.filter(isOpen),
    all: () => outcomes.map((one) => (isOpen(one) ? { eventId: one.header.eventId, code: 'unavailable' } : one)),
  };
};

const isOpen = (one: AdmitOutcome | BroughtEvent): one is BroughtEvent => 'header' in one;
