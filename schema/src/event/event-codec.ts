/**
 * Events as bytes. [EVT-1] [EVT-2] [EVT-3]
 *
 *   version u8 · eventId 16 · kind u8 · flags u8 · [target 16] · time 7 (big-endian) · epoch varuint · seq varuint ·
 *   prev 16 · [expireAfter varuint] · [notBefore varuint] · [tag count u8 · tags 4 each] · length varuint · body ·
 *   signature 64
 *
 * Bracketed fields are there when their flag is set, so the header of an unknown kind can be read too. Varuints are
 * LEB128 in their shortest form: one event has exactly one byte string. The signature covers `signedBytes`.
 */

import { HLC_BYTES, type Hlc, isHlc } from '../hlc.ts';
import {
  type AccountId,
  bytesToId,
  type ConversationId,
  type DeviceId,
  type EventId,
  ID_BYTES,
  idToBytes,
} from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { err, ok, type Result } from '../result.ts';
import { ByteReader, ByteWriter } from './byte-io.ts';
import {
  EVENT_VERSION,
  type Event,
  type EventHeader,
  HASH_BYTES,
  NOTIFY_TAG_BYTES,
  type Notify,
  SIGNATURE_BYTES,
} from './event-header.ts';

const FLAG = { target: 1, expireAfter: 2, notBefore: 4, notifyTags: 8, notifyAll: 16, sealed: 32 } as const;
const KNOWN_FLAGS = 63;

export type EventParseError =
  | { readonly type: 'event-malformed'; readonly detail: string }
  | { readonly type: 'event-too-large'; readonly sizeBytes: number }
  /** Made by a newer version: keep it, show it as such. `eventId` and `kind` can be trusted to be where they are. */
  | { readonly type: 'event-version'; readonly version: number; readonly eventId: EventId };

/** Header and body, ready to be signed. The signature is appended by `signEvent`. */
export const encodeUnsignedEvent = (header: EventHeader, body: Uint8Array): Uint8Array<ArrayBuffer> => {
  const out = new ByteWriter();
  out.u8(EVENT_VERSION);
  out.bytes(idToBytes(header.eventId));
  out.u8(header.kind);
  out.u8(flagsOf(header));
  if (header.target !== null) out.bytes(idToBytes(header.target));
  out.uint(header.time, HLC_BYTES);
  out.varuint(header.epoch);
  out.varuint(header.seq);
  out.bytes(header.prev);
  if (header.expireAfterSeconds > 0) out.varuint(header.expireAfterSeconds);
  if (header.notBeforeMs > 0) out.varuint(header.notBeforeMs);
  if (typeof header.notify !== 'string') {
    out.u8(header.notify.length);
    for (const tag of header.notify) out.bytes(tag);
  }
  out.varuint(body.length);
  out.bytes(body);
  return out.finish();
};

/** The bytes a device signs: domain, conversation, account, device, then the event without its signature. */
export const signedBytes = (
  place: { readonly conversation: ConversationId; readonly account: AccountId; readonly device: DeviceId },
  unsigned: Uint8Array,
): Uint8Array<ArrayBuffer> => {
  const out = new ByteWriter();
  out.bytes(SIGNATURE_DOMAIN);
  out.bytes(idToBytes(place.conversation));
  out.bytes(idToBytes(place.account));
  out.bytes(idToBytes(place.device));
  out.bytes(unsigned);
  return out.finish();
};
const SIGNATURE_DOMAIN = new TextEncoder().encode('kith/event/1\0');

/** Splits an event into what was signed and the signature. The bytes must have passed `decodeEvent`. */
export const splitSignature = (
  bytes: Uint8Array,
): { readonly unsigned: Uint8Array; readonly signature: Uint8Array } => ({
  unsigned: bytes.subarray(0, bytes.length - SIGNATURE_BYTES),
  signature: bytes.subarray(bytes.length - SIGNATURE_BYTES),
});

/** Strict: every byte is accounted for. Body and signature are views on `bytes`. Cost: O(header). */
export const decodeEvent = (bytes: Uint8Array): Result<Event, EventParseError> => {
  if (bytes.length > LIMITS.eventBytes) return err({ type: 'event-too-large', sizeBytes: bytes.length });
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  const eventId = reader.bytes(ID_BYTES);
  const kind = reader.u8();
  if (reader.failed) return malformed('shorter than version, id and kind');
  if (version !== EVENT_VERSION) return err({ type: 'event-version', version, eventId: bytesToId(eventId) });
  const flags = reader.u8();
  if ((flags & ~KNOWN_FLAGS) !== 0) return malformed(`flags ${flags}`);
  const header = readHeader(reader, bytesToId(eventId), kind, flags);
  const body = reader.bytes(reader.varuint());
  const signature = reader.bytes(SIGNATURE_BYTES);
  if (reader.failed) return malformed('truncated or a number not in its shortest form');
  if (!reader.atEnd) return malformed('bytes behind the signature');
  const wrong = headerFault(header, flags);
  return wrong === null ? ok({ header, body, signature }) : malformed(wrong);
};

const readHeader = (reader: ByteReader, eventId: EventId, kind: number, flags: number): EventHeader => ({
  eventId,
  kind,
  target: flags & FLAG.target ? idOrNull(reader.bytes(ID_BYTES)) : null,
  time: reader.uint(HLC_BYTES) as Hlc,
  epoch: reader.varuint(),
  seq: reader.varuint(),
  prev: reader.bytes(HASH_BYTES),
  expireAfterSeconds: flags & FLAG.expireAfter ? reader.varuint() : 0,
  notBeforeMs: flags & FLAG.notBefore ? reader.varuint() : 0,
  notify: readNotify(reader, flags),
  sealed: (flags & FLAG.sealed) !== 0,
});

const readNotify = (reader: ByteReader, flags: number): Notify => {
  if ((flags & FLAG.notifyTags) === 0) return flags & FLAG.notifyAll ? 'all' : 'default';
  const count = Math.min(reader.u8(), LIMITS.notifyTags + 1);
  return Array.from({ length: count }, () => reader.bytes(NOTIFY_TAG_BYTES));
};

/** What a well-formed header may still not say; null when all is well. */
const headerFault = (header: EventHeader, flags: number): string | null => {
  if (!isHlc(header.time)) return 'time beyond the clock';
  if (header.seq === 0) return 'seq 0';
  if (flags & FLAG.expireAfter && header.expireAfterSeconds === 0) return 'expireAfter 0';
  if (flags & FLAG.notBefore && header.notBeforeMs === 0) return 'notBefore 0';
  if (flags & FLAG.notifyTags && flags & FLAG.notifyAll) return 'notifies all and some';
  if (typeof header.notify !== 'string' && (header.notify.length === 0 || header.notify.length > LIMITS.notifyTags))
    return 'number of notify tags';
  return null;
};

const flagsOf = (header: EventHeader): number =>
  (header.target === null ? 0 : FLAG.target) |
  (header.expireAfterSeconds > 0 ? FLAG.expireAfter : 0) |
  (header.notBeforeMs > 0 ? FLAG.notBefore : 0) |
  (typeof header.notify === 'string' ? 0 : FLAG.notifyTags) |
  (header.notify === 'all' ? FLAG.notifyAll : 0) |
  (header.sealed ? FLAG.sealed : 0);

const idOrNull = (bytes: Uint8Array): EventId | null => (bytes.length === ID_BYTES ? bytesToId(bytes) : null);

const malformed = (detail: string) => err({ type: 'event-malformed', detail } as const);
