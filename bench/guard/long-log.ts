/** A segment's document with a log of many items that Yjs cannot merge, and what its device goes on to write. */
import { appendEvents, logRoot } from '@kith/schema/documents/segment';
import { encodeEventBody } from '@kith/schema/event/event-body';
import { encodeUnsignedEvent } from '@kith/schema/event/event-codec';
import { NO_PREV } from '@kith/schema/event/event-hash';
import { SIGNATURE_BYTES } from '@kith/schema/event/event-header';
import { EVENT_KINDS } from '@kith/schema/event/event-kind';
import { msToHlc } from '@kith/schema/hlc';
import { createId, type EventId } from '@kith/schema/ids';
import type { Writer } from '@kith/schema/policy/write-policy';
import * as Y from 'yjs';

const BODY = encodeEventBody('message', { text: 'lorem ipsum dolor sit amet consectetur elit ok'.padEnd(50, '.') });
/** Ids that take turns, so that no two neighbours merge. */
const TURNS = [11, 12] as const;

/** The state of a document whose one log has `items` entries, one item each. */
export const stateOfLongLog = (writer: Writer, items: number): Uint8Array => {
  const doc = new Y.Doc();
  for (let n = 0; n < items; n++) {
    doc.clientID = TURNS[n % 2] ?? 0;
    appendEvents(doc, writer, [newEvent()]);
  }
  return Y.encodeStateAsUpdate(doc);
};

/** `count` updates of one event each, as the device sends them one by one under its client id. */
export const oneEventUpdates = (
  state: Uint8Array,
  { writer, clientId, count }: { readonly writer: Writer; readonly clientId: number; readonly count: number },
): Uint8Array[] => {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  doc.clientID = clientId;
  doc.getArray(logRoot(writer.account, writer.device));
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => void updates.push(update));
  for (let n = 0; n < count; n++) appendEvents(doc, writer, [newEvent()]);
  return updates;
};

/** The guard does not look at signatures: these are zeros. */
const newEvent = (): Uint8Array => {
  const header = {
    eventId: createId<EventId>((bytes) => crypto.getRandomValues(bytes)),
    kind: EVENT_KINDS.message,
    target: null,
    time: msToHlc(Date.now()),
    epoch: 1,
    seq: 1,
    prev: NO_PREV,
    expireAfterSeconds: 0,
    notBeforeMs: 0,
    notify: 'default' as const,
    sealed: false,
  };
  const unsigned = encodeUnsignedEvent(header, BODY);
  const event = new Uint8Array(unsigned.length + SIGNATURE_BYTES);
  event.set(unsigned);
  return event;
};
