/**
 * Tickets, with which y-websocket clients open documents of a conversation: shapes of `/api`, served by the sync server.
 *
 *   POST /api/conversations/:id/tickets   TicketRequest → TicketResponse
 *
 * The ticket goes into the socket's address, `/yjs/<document>?ticket=<ticket>`: once, within `LIMITS.ticketSeconds`.
 */
import * as v from 'valibot';
import { SegmentNumberSchema } from '../sync-message.ts';

/** Without a segment, the head. */
export const TicketRequest = v.object({ segment: v.optional(SegmentNumberSchema) });

export const TicketResponse = v.object({
  document: v.string(),
  ticket: v.string(),
  /** The Yjs client id under which this connection may write: to be set before anything is written. */
  clientId: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffffffff)),
  /** ms since 1970, by the server's clock. */
  expiresAt: v.number(),
});
export type TicketResponse = v.InferOutput<typeof TicketResponse>;
