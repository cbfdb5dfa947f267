/** Messages made before the clock runs: one Yjs update each, in logs of a segment's size. */

import { appendEvents, logRoot } from '@kith/schema/documents/segment';
import type { EventPlace } from '@kith/schema/event/event-signature';
import * as Y from 'yjs';
import { createSigner, TYPICAL_TEXT } from '../product/signed-events.ts';
import { mark } from './wire-client.ts';

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
  const signNext = createSigner(log);
  const events: Uint8Array[] = [];
  for (let n = 0; n < count; n++) events.push((await signNext(`${mark(from + n)} ${TYPICAL_TEXT}`)).bytes);
  return updatesOf(log.clientId, (doc, n) => appendEvents(doc, log.place, events.slice(n, n + 1)), count);
};

/** The same text as an opaque entry of the same size, for the server that checks nothing. */
export const plainUpdates = (from: number, count: number, clientId: number, entryBytes: number): Uint8Array[] =>
  updatesOf(
    clientId,
    (doc, n) => {
      const entry = new Uint8Array(entryBytes);
      entry.set(new TextEncoder().encode(`${mark(from + n)} ${TYPICAL_TEXT}`));
      doc.getArray(logRoot('plain' as never, String(clientId) as never)).push([[entry]]);
    },
    count,
  );
