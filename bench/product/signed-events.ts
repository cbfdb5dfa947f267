/** Events as a device makes them: numbered, chained, signed. */
import { encodeEventBody } from '@kith/schema/event/event-body';
import { encodeUnsignedEvent } from '@kith/schema/event/event-codec';
import { hashEvent, NO_PREV } from '@kith/schema/event/event-hash';
import { EVENT_KINDS } from '@kith/schema/event/event-kind';
import { type EventPlace, signEvent } from '@kith/schema/event/event-signature';
import { msToHlc } from '@kith/schema/hlc';
import { createId, type EventId } from '@kith/schema/ids';

/** 50 characters, about what people write. */
export const TYPICAL_TEXT = 'lorem ipsum dolor sit amet consectetur elit ok'.padEnd(50, '.');

export interface SignedEvent {
  readonly eventId: EventId;
  readonly bytes: Uint8Array;
}

/** The next message of this device's log in one segment. One call at a time: each stands on the one before. */
export type SignNext = (text: string) => Promise<SignedEvent>;

export const createSigner = (log: { readonly place: EventPlace; readonly signKey: CryptoKey }): SignNext => {
  let prev: Uint8Array = NO_PREV;
  let seq = 0;
  return async (text) => {
    const eventId = createId<EventId>((bytes) => crypto.getRandomValues(bytes));
    const header = {
      ...{ eventId, kind: EVENT_KINDS.message, target: null, time: msToHlc(Date.now()), epoch: 1, seq: ++seq, prev },
      ...{ expireAfterSeconds: 0, notBeforeMs: 0, notify: 'default' as const, sealed: false },
    };
    const unsigned = encodeUnsignedEvent(header, encodeEventBody('message', { text }));
    const bytes = await signEvent(unsigned, log.place, log.signKey);
    prev = hashEvent(bytes);
    return { eventId, bytes };
  };
};
