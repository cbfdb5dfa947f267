/** How rows follow what happens to their events: the same in every adapter. [LOC-10] [LOC-12] */
import type { Hlc } from '@kith/schema/hlc';
import type { MessageRow, OutboxEvent } from './local-store.ts';

/** The timeline row of an event that was signed, or is to be signed anew. */
export const withSigned = (row: MessageRow, event: OutboxEvent): MessageRow => ({
  ...withTime(row, event.time),
  segment: event.signed?.segment ?? null,
  bytes: event.signed?.bytes ?? null,
});

export const withTime = (row: MessageRow, time: Hlc): MessageRow => ({
  ...row,
  time,
  message: { ...row.message, time },
});
