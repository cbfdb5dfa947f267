/** Events as devices make them. Signatures are zeros: see `signing.ts` for devices whose key the directory has. */
import { encodeEventBody } from '@kith/schema/event/event-body';
import { encodeUnsignedEvent } from '@kith/schema/event/event-codec';
import { HASH_BYTES, SIGNATURE_BYTES } from '@kith/schema/event/event-header';
import { EVENT_KINDS } from '@kith/schema/event/event-kind';
import { msToHlc } from '@kith/schema/hlc';
import { createId, type EventId } from '@kith/schema/ids';

export interface EventOptions {
  readonly eventId?: EventId;
  readonly text?: string;
  readonly target?: EventId | null;
  readonly timeMs?: number;
  readonly epoch?: number;
}

export interface MadeEvent {
  readonly eventId: EventId;
  readonly bytes: Uint8Array;
}

export const testRandom = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => crypto.getRandomValues(bytes);

/** A message, or with a target a reaction to it. */
export const makeEvent = (options: EventOptions = {}): MadeEvent => {
  const { text = 'hello', target = null, timeMs = 1_000, epoch = 1 } = options;
  const eventId = options.eventId ?? createId<EventId>(testRandom);
  const body =
    target === null ? encodeEventBody('message', { text }) : encodeEventBody('reaction', { emoji: '👍', on: true });
  const unsigned = encodeUnsignedEvent(
    {
      eventId,
      kind: target === null ? EVENT_KINDS.message : EVENT_KINDS.reaction,
      target,
      time: msToHlc(timeMs),
      epoch,
      seq: 1,
      prev: new Uint8Array(HASH_BYTES),
      expireAfterSeconds: 0,
      notBeforeMs: 0,
      notify: 'default',
      sealed: false,
    },
    body,
  );
  const bytes = new Uint8Array(unsigned.length + SIGNATURE_BYTES);
  bytes.set(unsigned);
  return { eventId, bytes };
};

export const makeEvents = (count: number, options: EventOptions = {}): MadeEvent[] =>
  Array.from({ length: count }, (_, i) => makeEvent({ ...options, timeMs: (options.timeMs ?? 1_000) + i }));
