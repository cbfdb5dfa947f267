/** Messages made before the clock runs: one Yjs update each, in logs of a segment's size. */

import { appendEvents, logRoot } from '@kith/schema/documents/segment';
import { encodeEventBody } from '@kith/schema/event/event-body';
import { encodeUnsignedEvent } from '@kith/schema/event/event-codec';
import { hashEvent, NO_PREV } from '@kith/schema/event/event-hash';
import { EVENT_KINDS } from '@kith/schema/event/event-kind';
import { type EventPlace, signEvent } from '@kith/schema/event/event-signature';
import { msToHlc } from '@kith/schema/hlc';
import { createId, type EventId } from '@kith/schema/ids';
import * as Y from 'yjs';
import { mark } from './wire-client.ts';

const TEXT = 'lorem ipsum dolor sit amet consectetur elit ok'.padEnd(50, '.');
const random = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => crypto.getRandomValues(bytes);

/** Updates of one log, as its device would send them one by one. */
const updatesOf = (clientId: number, append: (doc: Y.Doc, n: number) => void, count: number): Uint8Array[] => {
  const updates: Uint8Array[] = [];
  const doc = new Y.Doc();
  doc.clientID = clientId;
  doc.on('update', (update: Uint8Array) => updates.push(update));
  for (let n = 0; n < count; n++) append(doc, n);
  return updates;
};

/** Signed events of about 116 bytes of header and body, for the log of `place` in one segment. */
export const kithUpdates = async (
  from: number,
  count: number,
  log: { readonly place: EventPlace; readonly clientId: number; readonly signKey: CryptoKey },
): Promise<Uint8Array[]> => {
  const events: Uint8Array[] = [];
  let prev: Uint8Array = NO_PREV;
  for (let n = 0; n < count; n++) {
    const header = {
      eventId: createId<EventId>(random),
      kind: EVENT_KINDS.message,
      target: null,
      time: msToHlc(Date.now()),
      epoch: 1,
      seq: n + 1,
      prev,
      expireAfterSeconds: 0,
      notBeforeMs: 0,
      notify: 'default' as const,
      sealed: false,
    };
    const body = encodeEventBody('message', { text: `${mark(from + n)} ${TEXT}` });
    const event = await signEvent(encodeUnsignedEvent(header, body), log.place, log.signKey);
    prev = hashEvent(event);
    events.push(event);
  }
  return updatesOf(log.clientId, (doc, n) => appendEvents(doc, log.place, events.slice(n, n + 1)), count);
};

/** The same text as an opaque entry of the same size, for the server that checks nothing. */
export const plainUpdates = (from: number, count: number, clientId: number, entryBytes: number): Uint8Array[] =>
  updatesOf(
    clientId,
    (doc, n) => {
      const entry = new Uint8Array(entryBytes);
      entry.set(new TextEncoder().encode(`${mark(from + n)} ${TEXT}`));
      doc.getArray(logRoot('plain' as never, String(clientId) as never)).push([[entry]]);
    },
    count,
  );
