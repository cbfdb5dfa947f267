/** What the sync server answers over HTTP about journals: shapes of `/api`. */
import * as v from 'valibot';
import { Base64UrlBytes } from '../base64url.ts';
import { AccountIdSchema, ConversationIdSchema, DeviceIdSchema, EventIdSchema } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { ArrivalSchema, ReceiptSchema, SegmentNumberSchema } from '../sync-message.ts';
import { isWireErrorCode, type WireErrorCode } from '../wire-error.ts';

/** One line per conversation of the account: compare `lastArrival` with what the device has. */
export const IndexResponse = v.object({
  conversations: v.array(
    v.object({
      conversation: ConversationIdSchema,
      incarnation: v.number(),
      lastArrival: ArrivalSchema,
      /** This device's and this person's own receipts. */
      stored: ArrivalSchema,
      read: ArrivalSchema,
    }),
  ),
});

export const ArrivalsQuery = v.object({
  after: v.optional(v.pipe(v.string(), v.regex(/^[0-9]{1,15}$/), v.transform(Number)), '0'),
});
/** Rows in order, at most `LIMITS.arrivalsPage`; `next` is the position to ask from, null at the end. */
export const ArrivalsResponse = v.object({
  incarnation: v.number(),
  arrivals: v.array(
    v.object({
      arrival: ArrivalSchema,
      eventId: EventIdSchema,
      segment: SegmentNumberSchema,
      account: AccountIdSchema,
      device: DeviceIdSchema,
      receivedAt: v.number(),
    }),
  ),
  next: v.nullable(ArrivalSchema),
});

export const KnownRequest = v.object({
  eventIds: v.pipe(v.array(EventIdSchema), v.minLength(1), v.maxLength(LIMITS.knownEventIds)),
});
/** Those of the ids asked about that are durable, and whose events they are: an id says nothing about its author. */
export const KnownResponse = v.object({
  known: v.array(
    v.object({
      eventId: EventIdSchema,
      arrival: ArrivalSchema,
      segment: SegmentNumberSchema,
      account: AccountIdSchema,
    }),
  ),
});

/** Events without a document: own ones, or others' that the server lost. Each stands in the log of who signed it. */
export const BringEventsRequest = v.object({
  events: v.pipe(
    v.array(
      v.object({ account: AccountIdSchema, device: DeviceIdSchema, event: Base64UrlBytes(1, LIMITS.eventBytes) }),
    ),
    v.minLength(1),
    v.maxLength(LIMITS.broughtEvents),
  ),
});
/** One for each event, in the same order: where it stands, or why it does not. Null: its id could not be read. */
export const BringEventsResponse = v.object({
  events: v.array(
    v.union([
      v.object({ eventId: EventIdSchema, arrival: ArrivalSchema, segment: SegmentNumberSchema }),
      v.object({ eventId: v.nullable(EventIdSchema), code: v.custom<WireErrorCode>(isWireErrorCode) }),
    ]),
  ),
});

export const ReceiptsResponse = v.object({ receipts: v.array(ReceiptSchema) });

/** Opens a segment that only this device writes to; `close` ends it. */
export const ImportSegmentRequest = v.variant('action', [
  v.object({ action: v.literal('open') }),
  v.object({ action: v.literal('close'), n: SegmentNumberSchema }),
]);
export const ImportSegmentResponse = v.object({ n: SegmentNumberSchema });
