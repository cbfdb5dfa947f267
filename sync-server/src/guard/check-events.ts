/** Is each new entry an event that may be written here and now? Headers only; bodies are the folds' matter. [GRD-13] */
import { decodeEvent } from '@kith/schema/event/event-codec';
import type { EventHeader } from '@kith/schema/event/event-header';
import type { EventId } from '@kith/schema/ids';
import { eventFault } from '@kith/schema/policy/event-policy';
import type { WireErrorCode } from '@kith/schema/wire-error';
import { refuse } from './guard-error.ts';

/** What the segment and the conversation say about events at this moment. */
export interface EventGate {
  readonly nowMs: number;
  readonly currentEpoch: number;
  /** Null when the segment takes the event. Must not change anything: the update may still be refused. */
  accepts(header: EventHeader): WireErrorCode | null;
  /** Does any journal have this event, in whatever document, or is it on its way there? */
  isKnown(eventId: EventId): boolean;
}

export interface AcceptedEvent {
  readonly eventId: EventId;
  readonly header: EventHeader;
  /** The event as it stands in the log: a view on the applied update, never to be changed. */
  readonly bytes: Uint8Array;
}

/** @throws GuardError with the code of the first event that may not be written */
export const checkEvents = (events: readonly Uint8Array[], gate: EventGate): AcceptedEvent[] => {
  const seen = new Set<EventId>();
  return events.map((bytes) => {
    const header = readHeader(bytes);
    const { eventId } = header;
    if (seen.has(eventId)) refuse('event-exists', `event ${eventId} twice in the update`);
    if (gate.isKnown(eventId)) refuse('event-exists', `event ${eventId}`);
    seen.add(eventId);
    const fault = eventFault(header, gate) ?? gate.accepts(header);
    if (fault !== null) refuse(fault, `event ${eventId}`);
    return { eventId, header, bytes };
  });
};

const readHeader = (bytes: Uint8Array): EventHeader => {
  const event = decodeEvent(bytes);
  if (event.ok) return event.value.header;
  const { error } = event;
  if (error.type === 'event-malformed') return refuse(error.type, error.detail);
  if (error.type === 'event-too-large') return refuse(error.type, `${error.sizeBytes} bytes`);
  return refuse(error.type, `event ${error.eventId} of version ${error.version}`);
};
