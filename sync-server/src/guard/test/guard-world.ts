/** A segment on a server with two members, alice (three events) and mallory (two), and what plain Yjs would do to it. */

import type { DocName } from '@kith/schema/doc-name';
import { appendEvents, logRoot, readLog } from '@kith/schema/documents/segment';
import { encodeUnsignedEvent } from '@kith/schema/event/event-codec';
import { type EventHeader, SIGNATURE_BYTES } from '@kith/schema/event/event-header';
import { EVENT_KINDS } from '@kith/schema/event/event-kind';
import { msToHlc } from '@kith/schema/hlc';
import { type AccountId, type ConversationId, createId, type DeviceId, type EventId } from '@kith/schema/ids';
import type { Writer } from '@kith/schema/policy/write-policy';
import type { WireErrorCode } from '@kith/schema/wire-error';
import { expect } from 'vitest';
import * as Y from 'yjs';
import type { EventGate } from '../check-events.ts';
import { createClientIds } from '../client-ids.ts';
import { createGuard, type GuardRequest } from '../guard.ts';
import type { UpdateMode } from '../update-limits.ts';
import type { AttackGround } from './attack-ground.ts';
import { type ForgedStruct, forge } from './forge.ts';
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

export type World = ReturnType<typeof createWorld>;

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

export const createWorld = () => {
  const server = createServer({ type: 'segment', conversation: newId<ConversationId>(), n: 1 });
  // past the rules, to show what would fall: a server's map, and a text with an emoji of alice's
  server.doc.getMap('meta').set('title', 'hello');
  const alice = server.connect(newWriter());
  const mallory = server.connect(newWriter());
  for (const [replica, count] of [
    [alice, 3],
    [mallory, 2],
  ] as const) {
    for (let i = 0; i < count; i++) append(replica, newEvent());
    expect(server.sync(replica)).toMatchObject({ ok: true });
  }
  return { ...server, alice, mallory };
};

export const append = ({ doc, writer }: Replica, ...events: Uint8Array[]): void => appendEvents(doc, writer, events);
export const logOf = (doc: Y.Doc, { writer }: Pick<Replica, 'writer'>): Uint8Array[] => readLog(doc, writer);

/** An update under mallory's id that goes on where the server's copy of it ends. */
export const byMallory = (world: Pick<AttackGround, 'doc' | 'mallory'>, ...structs: ForgedStruct[]): Uint8Array =>
  forge({ sections: [[world.mallory.id, Y.getState(world.doc.store, world.mallory.id), structs]] });

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

export interface Expected {
  readonly type: WireErrorCode;
  /** Part of the detail, where several checks share a code. */
  readonly detail?: string;
}

/** Mallory sends it; it is refused with this code, and the server's document stays as it was. */
export const expectRefused = (
  world: World,
  update: Uint8Array,
  expected: Expected,
  options: Partial<GuardRequest> = {},
): void => {
  const before = fingerprint(world.doc);
  const sent = world.send(world.mallory.writer, update, options);
  expect(sent).toMatchObject({ ok: false, error: { type: expected.type } });
  if (!sent.ok && expected.detail !== undefined) expect(sent.error.detail).toContain(expected.detail);
  expect(fingerprint(world.doc)).toBe(before);
};

/** Alice owns a text with an emoji: two units that a split in the middle would destroy. Returns its client id. */
export const withEmoji = (world: World): number => {
  const writer = new Y.Doc();
  writer.clientID = world.issue(world.alice.writer);
  writer.getText('note').insert(0, '😀');
  Y.applyUpdate(world.doc, Y.encodeStateAsUpdate(writer));
  world.clientIds.bind([writer.clientID]);
  return writer.clientID;
};
