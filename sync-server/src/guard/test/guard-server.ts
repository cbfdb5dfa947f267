/** One document of a server with its guard, and devices with replicas of it. Also used outside of tests, by the fuzzers. */
import type { DocName } from '@kith/schema/doc-name';
import { appendEvents, logRoot, readLog } from '@kith/schema/documents/segment';
import { encodeUnsignedEvent } from '@kith/schema/event/event-codec';
import { type EventHeader, SIGNATURE_BYTES } from '@kith/schema/event/event-header';
import { EVENT_KINDS } from '@kith/schema/event/event-kind';
import { msToHlc } from '@kith/schema/hlc';
import { type AccountId, type ConversationId, createId, type DeviceId, type EventId } from '@kith/schema/ids';
import type { Writer } from '@kith/schema/policy/write-policy';
import * as Y from 'yjs';
import type { EventGate } from '../check-events.ts';
import { createClientIds } from '../client-ids.ts';
import { createGuard, type GuardRequest } from '../guard.ts';
import type { UpdateMode } from '../update-limits.ts';
import { createSeededRandom, type SeededRandom } from './random.ts';

export const NOW_MS = Date.UTC(2026, 10, 21);
const random = createSeededRandom(1);

export const newId = <T extends AccountId | DeviceId | EventId | ConversationId>(): T => createId<T>(random.fill);
export const newWriter = (account = newId<AccountId>()): Writer => ({ account, device: newId<DeviceId>() });
export const rootOf = (writer: Writer): string => logRoot(writer.account, writer.device);

/** A signed message as bytes; nobody here looks at the signature. */
export const newEvent = (header: Partial<EventHeader> = {}, body = new Uint8Array(40)): Uint8Array => {
  const unsigned = encodeUnsignedEvent(
    {
      eventId: newId<EventId>(),
      kind: EVENT_KINDS.message,
      target: null,
      time: msToHlc(NOW_MS),
      epoch: 1,
      seq: 1,
      prev: new Uint8Array(16),
      expireAfterSeconds: 0,
      notBeforeMs: 0,
      notify: 'default',
      sealed: false,
      ...header,
    },
    body,
  );
  const event = new Uint8Array(unsigned.length + SIGNATURE_BYTES);
  event.set(unsigned);
  return event;
};

export const OPEN_GATE: EventGate = { nowMs: NOW_MS, currentEpoch: 1, accepts: () => null, isKnown: () => false };

/** A device's replica under an id that the server issued. */
export interface Replica {
  readonly writer: Writer;
  readonly doc: Y.Doc;
  readonly id: number;
}

interface ServerOptions {
  readonly maxPerDevice?: number;
  /** Draws the client ids; given where a history must be repeatable. */
  readonly random?: SeededRandom;
}

export const createServer = (name: DocName, { maxPerDevice = 100, random: draw = random }: ServerOptions = {}) => {
  const doc = new Y.Doc();
  doc.clientID = 1 + draw.int(2 ** 32 - 1);
  const clientIds = createClientIds({ doc, random: draw.fill, maxPerDevice });
  const guard = createGuard();
  const issue = (writer: Writer): number => {
    const issued = clientIds.issue(writer, 'connection');
    if (!issued.ok) throw new Error('no id');
    return issued.value;
  };
  const connect = (writer: Writer): Replica => {
    const id = issue(writer);
    const replica = { writer, doc: new Y.Doc(), id };
    replica.doc.clientID = id;
    Y.applyUpdate(replica.doc, Y.encodeStateAsUpdate(doc));
    return replica;
  };
  const send = (writer: Writer, update: Uint8Array, options: Partial<GuardRequest> = {}) =>
    guard.checkAndApply({
      ...{ doc, name, clientIds, writer, update, canWrite: true, gate: OPEN_GATE, mode: 'update', origin: null },
      ...options,
    });
  /** What the provider does: everything that the server's state vector lacks, and back. */
  const sync = (replica: Replica, mode: UpdateMode = 'step2') => {
    const sent = send(replica.writer, Y.encodeStateAsUpdate(replica.doc, Y.encodeStateVector(doc)), { mode });
    Y.applyUpdate(replica.doc, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(replica.doc)));
    return sent;
  };
  return { doc, name, clientIds, guard, issue, connect, send, sync };
};

export const append = ({ doc, writer }: Replica, ...events: Uint8Array[]): void => appendEvents(doc, writer, events);
export const logOf = (doc: Y.Doc, { writer }: Pick<Replica, 'writer'>): Uint8Array[] => readLog(doc, writer);

/** The whole of a document: state, roots, and what waits. */
export const fingerprint = (doc: Y.Doc): string =>
  JSON.stringify([
    [...doc.share.keys()],
    Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64'),
    doc.store.pendingStructs,
    doc.store.pendingDs,
  ]);

export const copyOf = (doc: Y.Doc): Y.Doc => {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  copy.getMap('meta');
  copy.getText('note');
  return copy;
};
