/**
 * An event that was stored while nobody heard of it, then refused for another reason, and sent again by the person, has
 * another time here, and perhaps another text. What was stored first under its id counts: others have it so. [OUT-10]
 */
import { decodeEvent } from '@kith/schema/event/event-codec';
import type { ConversationId, EventId } from '@kith/schema/ids';
import type { IncomingEvent } from '../projection/incoming-event.ts';
import { eventsOf } from '../projection/segment-watch.ts';
import type { Replicas } from '../replica/replicas.ts';
import type { OutboxEvent } from '../storage/local-store.ts';
import type { KnownEvent } from './known-events.ts';
import type { Signer } from './sign-events.ts';

export interface CorrectDeps {
  readonly replicas: Replicas;
  readonly signer: Signer;
  /** Puts events in the place of what stands here under their ids. */
  readonly correct: (events: readonly IncomingEvent[]) => Promise<void>;
}

/** Those of `waiting` that the server knows, and has otherwise than they were signed last. */
export const correctMended = async (
  { replicas, signer, correct }: CorrectDeps,
  conversation: ConversationId,
  waiting: readonly OutboxEvent[],
  known: readonly KnownEvent[],
): Promise<void> => {
  const signedById = new Map(waiting.map(({ eventId, signed }) => [eventId, signed?.bytes]));
  for (const [segment, here] of Map.groupBy(known, (event) => event.segment)) {
    const ids = new Set(here.map(({ eventId }) => eventId));
    const { replica, release } = replicas.segment(conversation, segment);
    try {
      await replica.whenReady();
      const own = eventsOf({ conversation, segment }, replica).filter(
        ({ account, device }) => account === signer.account && device === signer.device,
      );
      await correct(
        own.filter(({ bytes }) => {
          const eventId = idOf(bytes);
          return eventId !== null && ids.has(eventId) && !isSame(signedById.get(eventId), bytes);
        }),
      );
    } finally {
      release();
    }
  }
};

const idOf = (bytes: Uint8Array): EventId | null => {
  const decoded = decodeEvent(bytes);
  return decoded.ok ? decoded.value.header.eventId : null;
};

const isSame = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i]);
