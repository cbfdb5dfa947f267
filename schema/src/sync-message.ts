/**
 * Stateless messages beside the Yjs sync protocol, JSON text on a document's connection. [MSG-1]
 *
 * On every document: `attached` once, as the first. On segments: `stored`, `rejected`, `slow-down`. On the account document, the
 * channel of a device: heartbeats, notices, receipts, storage health, changes of the list of conversations.
 */
import * as v from 'valibot';
import { Base64UrlBytes } from './base64url.ts';
import { AccountIdSchema, ConversationIdSchema, DeviceIdSchema, EventIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';
import { err, ok, type Result } from './result.ts';
import { isWireErrorCode, LIMIT_NAMES, type WireErrorCode } from './wire-error.ts';

export const ArrivalSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Uint32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
export const SegmentNumberSchema = v.pipe(v.number(), v.integer(), v.minValue(1));
const Incarnation = v.pipe(v.number(), v.integer(), v.minValue(1));
const Limit = v.picklist(LIMIT_NAMES);
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Milliseconds = v.pipe(v.number(), v.minValue(0));
const ErrorCode = v.custom<WireErrorCode>(isWireErrorCode);

/** What this device and person have of a conversation; the server keeps the greatest. */
export const OwnReceiptSchema = v.object({
  conversation: ConversationIdSchema,
  /** Every event up to this arrival is on this device. */
  stored: v.optional(ArrivalSchema),
  /** The person has seen everything up to this arrival. */
  read: v.optional(ArrivalSchema),
});

export const ClientMessageSchema = v.variant('type', [
  v.object({ type: v.literal('heartbeat') }),
  v.object({
    type: v.literal('receipts'),
    receipts: v.pipe(v.array(OwnReceiptSchema), v.maxLength(LIMITS.receiptsPerMessage)),
  }),
]);
export type ClientMessage = v.InferOutput<typeof ClientMessageSchema>;

/** One event that arrived. `event` is absent above `LIMITS.noticeEventBytes`, and for a bulk import. */
export const NoticeSchema = v.object({
  conversation: ConversationIdSchema,
  arrival: ArrivalSchema,
  segment: SegmentNumberSchema,
  eventId: EventIdSchema,
  account: AccountIdSchema,
  device: DeviceIdSchema,
  receivedAt: v.number(),
  event: v.optional(Base64UrlBytes(1, LIMITS.noticeEventBytes)),
});
export type Notice = v.InferOutput<typeof NoticeSchema>;

/** `device` set: a device stored up to `arrival`. Not set: the person read up to `arrival`. */
export const ReceiptSchema = v.object({
  conversation: ConversationIdSchema,
  account: AccountIdSchema,
  device: v.optional(DeviceIdSchema),
  arrival: ArrivalSchema,
  /** Server's time of the receipt, ms since 1970. */
  at: v.number(),
});
export type Receipt = v.InferOutput<typeof ReceiptSchema>;

export const ServerMessageSchema = v.variant('type', [
  /** The Yjs client id to write under on this connection, the journal's incarnation and the server's clock. */
  v.object({
    type: v.literal('attached'),
    clientId: Uint32,
    incarnation: Incarnation,
    serverTimeMs: v.number(),
  }),
  v.object({ type: v.literal('heartbeat') }),
  /** Durable: event ids with their arrivals. */
  v.object({ type: v.literal('stored'), events: v.array(v.tuple([EventIdSchema, ArrivalSchema])) }),
  /** Refused whole; the document is unchanged. `eventIds` may be empty when the update could not be read. */
  v.object({
    type: v.literal('rejected'),
    code: ErrorCode,
    eventIds: v.array(EventIdSchema),
    detail: v.optional(v.string()),
    limit: v.optional(Limit),
    retryAfterMs: v.optional(Milliseconds),
  }),
  /** A limit is near, on the document to which it applies: `now` more events may follow, after `retryAfterMs` `later` more. */
  v.object({
    type: v.literal('slow-down'),
    limit: Limit,
    now: Count,
    later: Count,
    retryAfterMs: Milliseconds,
  }),
  v.object({ type: v.literal('notices'), notices: v.array(NoticeSchema) }),
  v.object({ type: v.literal('receipts'), receipts: v.array(ReceiptSchema) }),
  /** The list of conversations, or a conversation's members or title, changed: ask for it again. */
  v.object({ type: v.literal('conversations-changed') }),
  /** Whether the server can make messages durable. While `failing`, nothing is acknowledged. */
  v.object({ type: v.literal('storage'), state: v.picklist(['ok', 'failing']) }),
]);
export type ServerMessage = v.InferOutput<typeof ServerMessageSchema>;

/** `ServerMessage` before its bytes are text: notices carry events as base64url. */
export type ServerMessageJson = v.InferInput<typeof ServerMessageSchema>;
export type NoticeJson = v.InferInput<typeof NoticeSchema>;

export interface MessageError {
  readonly type: 'message-malformed';
  readonly detail: string;
}

export const parseClientMessage = (text: string): Result<ClientMessage, MessageError> =>
  text.length > LIMITS.statelessBytes ? tooLong : parse(ClientMessageSchema, text);

export const parseServerMessage = (text: string): Result<ServerMessage, MessageError> =>
  parse(ServerMessageSchema, text);

const tooLong = err({ type: 'message-malformed', detail: 'too long' } as const);

const parse = <S extends v.GenericSchema>(schema: S, text: string): Result<v.InferOutput<S>, MessageError> => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err({ type: 'message-malformed', detail: 'not JSON' });
  }
  const parsed = v.safeParse(schema, json);
  return parsed.success ? ok(parsed.output) : err({ type: 'message-malformed', detail: parsed.issues[0].message });
};
