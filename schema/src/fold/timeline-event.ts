/** An event as the folds take it: decoded, its author known from the log it stands in, never from the event. [FOLD-1] */
import type { EventHeader } from '../event/event-header.ts';
import type { AccountId, DeviceId } from '../ids.ts';

export interface TimelineEvent {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly header: EventHeader;
  readonly body: Uint8Array;
}

/** The order of a timeline, the same on every device: clock, then id. [FOLD-2] */
export const compareEvents = (a: TimelineEvent, b: TimelineEvent): number =>
  a.header.time - b.header.time ||
  (a.header.eventId < b.header.eventId ? -1 : a.header.eventId > b.header.eventId ? 1 : 0);
