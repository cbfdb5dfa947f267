/**
 * From what a person wrote to signed events at the end of this device's log in one segment. What was signed for the
 * very same place before stays as it is, byte by byte; everything else is made anew. [OUT-3]
 */
import { decodeEvent, encodeUnsignedEvent, signedBytes } from '@kith/schema/event/event-codec';
import { hashEvent, NO_PREV } from '@kith/schema/event/event-hash';
import type { Hlc } from '@kith/schema/hlc';
import type { AccountId, ConversationId, DeviceId } from '@kith/schema/ids';
import type { OutboxEvent } from '../storage/local-store.ts';

export interface Signer {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly key: CryptoKey;
  readonly subtle: SubtleCrypto;
}

/** Where the next event goes. */
export interface LogEnd {
  readonly seq: number;
  readonly prev: Uint8Array;
}

export type SignedEvent = OutboxEvent & { readonly signed: NonNullable<OutboxEvent['signed']> };

/** The end of a log as loaded. An entry that cannot be read counts as one event. */
export const logEnd = (log: readonly Uint8Array[]): LogEnd => {
  const last = log.at(-1);
  if (last === undefined) return { seq: 1, prev: NO_PREV };
  const decoded = decodeEvent(last);
  return { seq: (decoded.ok ? decoded.value.header.seq : log.length) + 1, prev: hashEvent(last) };
};

export const signEvents = async (
  signer: Signer,
  place: { readonly segment: number; readonly epoch: number; readonly end: LogEnd },
  events: readonly OutboxEvent[],
): Promise<SignedEvent[]> => {
  const made: SignedEvent[] = [];
  let end = place.end;
  for (const event of events) {
    const isSame = fits(event, place.segment, end);
    const bytes = isSame ?? (await signEvent(signer, { ...event, epoch: place.epoch, end }));
    made.push({ ...event, signed: { segment: place.segment, bytes } });
    end = { seq: end.seq + 1, prev: hashEvent(bytes) };
  }
  return made;
};

/** The bytes signed earlier, when they continue the log from here and say the same. */
const fits = ({ signed, time }: OutboxEvent, segment: number, end: LogEnd): Uint8Array | null => {
  if (signed === null || signed.segment !== segment) return null;
  const decoded = decodeEvent(signed.bytes);
  if (!decoded.ok) return null;
  const { header } = decoded.value;
  const isSame = header.seq === end.seq && header.time === time && header.prev.every((byte, i) => byte === end.prev[i]);
  return isSame ? signed.bytes : null;
};

/** What is signed beside the text itself. */
export interface EventToSign extends Pick<OutboxEvent, 'eventId' | 'kind' | 'target' | 'body' | 'conversation'> {
  readonly time: Hlc;
  readonly epoch: number;
  readonly end: LogEnd;
  readonly conversation: ConversationId;
}

export const signEvent = async ({ account, device, key, subtle }: Signer, event: EventToSign): Promise<Uint8Array> => {
  const { eventId, kind, target, time, epoch, end, body, conversation } = event;
  const unsigned = encodeUnsignedEvent(
    {
      ...{ eventId, kind, target, time, epoch, seq: end.seq, prev: end.prev },
      ...{ expireAfterSeconds: 0, notBeforeMs: 0, notify: 'default', sealed: false },
    },
    body,
  );
  const signature = await subtle.sign('Ed25519', key, signedBytes({ conversation, account, device }, unsigned));
  const bytes = new Uint8Array(unsigned.length + signature.byteLength);
  bytes.set(unsigned);
  bytes.set(new Uint8Array(signature), unsigned.length);
  return bytes;
};
