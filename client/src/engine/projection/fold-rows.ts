/** From event bytes to rows: messages folded with what changes them. Pure. [PRJ-1] [PRJ-2] */
import { decodeEvent } from '@kith/schema/event/event-codec';
import type { EventHeader } from '@kith/schema/event/event-header';
import { foldMessage, type RoleIn } from '@kith/schema/fold/message';
import type { TimelineEvent } from '@kith/schema/fold/timeline-event';
import type { Hlc } from '@kith/schema/hlc';
import type { EventId } from '@kith/schema/ids';
import type { ChangeRow, MessageRow } from '../storage/local-store.ts';
import type { IncomingEvent } from './incoming-event.ts';

export interface DecodedEvent {
  readonly incoming: IncomingEvent;
  readonly eventId: EventId;
  /** Null when a newer version made it: kept and shown as such. */
  readonly event: { readonly header: EventHeader; readonly body: Uint8Array } | null;
}

/** Null for bytes that are no event at all. */
export const decodeIncoming = (incoming: IncomingEvent): DecodedEvent | null => {
  const decoded = decodeEvent(incoming.bytes);
  if (decoded.ok) return { incoming, eventId: decoded.value.header.eventId, event: decoded.value };
  return decoded.error.type === 'event-version' ? { incoming, eventId: decoded.error.eventId, event: null } : null;
};

/** Null when it does not stand in the timeline by itself. `nowTime` places what a newer version made. */
export const messageRow = (
  { incoming, eventId, event }: DecodedEvent,
  changes: readonly ChangeRow[],
  roleIn: RoleIn,
  nowTime: Hlc,
): MessageRow | null => {
  const { conversation, account, device, segment, arrival, bytes } = incoming;
  const row = { conversation, eventId, account, device, segment, arrival, bytes, refused: null };
  if (event === null) {
    return { ...row, time: nowTime, message: { eventId, account, device, time: nowTime, state: 'newer' } };
  }
  const message = foldMessage({ account, device, ...event }, changes.flatMap(changeEvent), roleIn);
  return message === null ? null : { ...row, time: event.header.time, message };
};

/** Null for what changes nothing: a message, or a kind that has no target. */
export const changeRow = ({ incoming, eventId, event }: DecodedEvent): ChangeRow | null => {
  const target = event?.header.target ?? null;
  if (target === null) return null;
  const { conversation, account, device, segment, arrival, bytes } = incoming;
  return { conversation, eventId, target, account, device, segment, arrival, bytes };
};

/** A row that is here already, folded again with what changes it now. */
export const refold = (row: MessageRow, changes: readonly ChangeRow[], roleIn: RoleIn): MessageRow => {
  const decoded = row.bytes === null ? null : decodeEvent(row.bytes);
  if (decoded === null || !decoded.ok) return row; // not signed yet: nobody else can have changed it
  const event = { account: row.account, device: row.device, ...decoded.value };
  return { ...row, message: foldMessage(event, changes.flatMap(changeEvent), roleIn) ?? row.message };
};

const changeEvent = ({ account, device, bytes }: ChangeRow): TimelineEvent[] => {
  const decoded = decodeEvent(bytes);
  return decoded.ok ? [{ account, device, header: decoded.value.header, body: decoded.value.body }] : [];
};
