/** A log in one segment, written over the wire: what its device says, as the frames that it sends. */
import { segmentName } from '@kith/schema/doc-name';
import { appendEvents } from '@kith/schema/documents/segment';
import type { EventPlace } from '@kith/schema/event/event-signature';
import type { EventId } from '@kith/schema/ids';
import * as Y from 'yjs';
import { updateFrame } from '../sync/wire-client.ts';
import { createSigner } from './signed-events.ts';

export interface WireWriter {
  /** The segment's document. */
  readonly document: string;
  /** After each opening of the document, with the id that the server gives out. */
  attached(clientId: number): void;
  /** One call at a time, and in the order in which they are sent. */
  next(text: string): Promise<{ readonly eventId: EventId; readonly frame: Uint8Array }>;
}

export const createWireWriter = (place: EventPlace, segment: number, signKey: CryptoKey): WireWriter => {
  const document = segmentName(place.conversation, segment);
  const signNext = createSigner({ place, signKey });
  // holds this log only: what others write need not be known to write behind oneself
  const doc = new Y.Doc();
  let last: Uint8Array = new Uint8Array();
  doc.on('update', (update: Uint8Array) => {
    last = update;
  });
  return {
    document,
    attached: (clientId) => {
      doc.clientID = clientId;
    },
    next: async (text) => {
      const { eventId, bytes } = await signNext(text);
      appendEvents(doc, place, [bytes]);
      return { eventId, frame: updateFrame(document, last) };
    },
  };
};
