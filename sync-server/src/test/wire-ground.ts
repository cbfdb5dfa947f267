/** The world of the attacks on a real server: forged updates are frames of a socket, refusals come over it. */
import { logRoot } from '@kith/schema/documents/segment';
import type { Writer } from '@kith/schema/policy/write-policy';
import type { Role } from '@kith/schema/role';
import * as encoding from 'lib0/encoding';
import { expect } from 'vitest';
import * as Y from 'yjs';
import type { AttackGround, OpenGround, SendOptions } from '../guard/test/attack-ground.ts';
import { NOW_MS } from '../guard/test/guard-server.ts';
import type { DocumentStore, JournalRow } from '../storage/document-store.ts';
import { createMemoryDocumentStore } from '../storage/memory-document-store.ts';
import { createConversation, type TestConversation } from './conversation.ts';
import { makeEvent } from './events.ts';
import type { Attached, TestDevice } from './test-device.ts';
import { startTestServer, type TestServer } from './test-server.ts';
import { until } from './until.ts';
import { openWireDevice, type WireDevice, type WireDocument } from './wire-device.ts';

/** Who wrote what no client can: the server's map, and alice's text. */
const SERVER_ID = 3_000_000_001;
const EMOJI_ID = 3_000_000_002;
/** Attackers are patient: whatever is counted by time has been forgotten by the next attack. */
const PATIENCE_MS = 50;

export interface WireGrounds {
  readonly open: OpenGround;
  /** All that is open still works for those who did nothing. */
  assertServing(): Promise<void>;
  close(): Promise<void>;
}

export const createWireGrounds = async (): Promise<WireGrounds> => {
  let nowMs = NOW_MS;
  const store = createMemoryDocumentStore();
  const server = await startTestServer({ store, clock: { now: () => nowMs } });
  const wires: WireDevice[] = [];
  const assertions: (() => Promise<void>)[] = [];
  const connect = async (person?: WireDevice['person']): Promise<WireDevice> => {
    const wire = await openWireDevice(server, person);
    wires.push(wire);
    return wire;
  };
  return {
    open: async () => {
      const { ground, assertServing } = await openGround({
        server,
        store,
        connect,
        wait: () => (nowMs += PATIENCE_MS),
      });
      assertions.push(assertServing);
      return ground;
    },
    assertServing: async () => {
      for (const assertServing of assertions) await assertServing();
      expect(server.complaints).toEqual([]);
    },
    close: async () => {
      for (const wire of wires) wire.close();
      await server.close();
    },
  };
};

interface GroundDeps {
  readonly server: TestServer;
  readonly store: DocumentStore;
  readonly connect: (person?: WireDevice['person']) => Promise<WireDevice>;
  readonly wait: () => void;
}

const openGround = async ({ server, store, connect, wait }: GroundDeps) => {
  const alice = server.device();
  const mallory = await connect();
  const conversation = createConversation(
    server,
    new Map<Pick<TestDevice, 'person'>, Role>([
      [alice, 'owner'],
      [mallory, 'member'],
    ]),
  );
  const name = conversation.segment(1);
  await seed(store, conversation, alice.person);
  const hers = await alice.attach(name).ready();
  for (let n = 0; n < 3; n++) hers.append(makeEvent({ timeMs: NOW_MS }));
  await until(() => hers.stored().size === 3, "alice's events");
  const observer = await (await connect(server.person(alice.person.account))).attach(name, { session: 'observer' });
  const forged = await mallory.attach(name);
  const doc = new Y.Doc();
  const follow = async (): Promise<string> => {
    const state = await observer.state();
    Y.applyUpdate(doc, state);
    doc.clientID = SERVER_ID;
    return Buffer.from(state).toString('base64');
  };
  const linkByWriter = new Map<string, WireDocument>([[keyOf(mallory.person), forged]]);
  await writeTwo(forged, mallory.person, await observer.state());
  await follow();

  const send = async (update: Uint8Array, { mode, canWrite = true, by = mallory.person }: SendOptions = {}) => {
    wait();
    const link = linkByWriter.get(keyOf(by));
    if (link === undefined) throw new Error('nobody was given an id for this writer');
    const { account } = mallory.person;
    if (!canWrite) server.directory.setRole(conversation.id, account, 'reader');
    const refusals = link.of('rejected').length;
    link.send(update, mode);
    const refused = await refusalsUpToNow(link, refusals);
    if (!canWrite) server.directory.setRole(conversation.id, account, 'member');
    expect([link.ended, mallory.closeCode], 'the connection stays').toEqual([null, null]);
    return refused;
  };
  const sent = async (update: Uint8Array, options?: SendOptions): Promise<boolean> => {
    const before = await follow();
    expect(await send(update, options)).toEqual([]);
    return (await follow()) !== before;
  };
  const ground: AttackGround = {
    doc,
    alice: { writer: alice.person, id: hers.doc.clientID },
    mallory: { writer: mallory.person, id: forged.clientId },
    issue: async (writer) => {
      const link = await (await connect(writer)).attach(name, { session: 'other' });
      if (!linkByWriter.has(keyOf(writer))) linkByWriter.set(keyOf(writer), link);
      return link.clientId;
    },
    withEmoji: () => EMOJI_ID,
    refused: async (update, expected, options) => {
      const before = await follow();
      const [refusal, ...others] = await send(update, options);
      expect([refusal?.code, others]).toEqual([expected.type, []]);
      if (expected.detail !== undefined) expect(refusal?.detail).toContain(expected.detail);
      expect(await follow(), 'the document is as it was').toBe(before);
    },
    accepted: async (update, options) => expect(await sent(update, options)).toBe(true),
    passedOver: async (update, options) => expect(await sent(update, options)).toBe(false),
  };
  return { ground, assertServing: () => assertServing(hers, observer) };
};

/** An update that is refused in words of its own, whatever the document holds. */
const MARK = encoding.encode((out) => encoding.writeVarUint(out, 12_345_678));
const MARK_DETAIL = '12345678 sections';

/** What was refused of all that the device has sent: updates are handled in order, so the mark comes last. */
const refusalsUpToNow = async (link: WireDocument, from: number) => {
  const refusals = () => link.of('rejected').slice(from);
  link.send(MARK);
  await until(() => refusals().at(-1)?.detail === MARK_DETAIL || link.ended !== null, 'the mark to be refused');
  return refusals().slice(0, -1);
};

const keyOf = ({ account, device }: Writer): string => `${account}/${device}`;

/** Straight into the store: what the guard would never let in. */
const seed = async (store: DocumentStore, { id, segment }: TestConversation, alice: Writer): Promise<void> => {
  const byServer = new Y.Doc();
  byServer.clientID = SERVER_ID;
  byServer.getMap('meta').set('title', 'hello');
  const byAlice = new Y.Doc();
  byAlice.clientID = EMOJI_ID;
  byAlice.getText('note').insert(0, '😀');
  const row = (arrival: number, doc: Y.Doc, writer: Partial<Writer>): JournalRow => ({
    ...{ journal: `conversation/${id}`, arrival, document: segment(1), update: Y.encodeStateAsUpdate(doc), events: [] },
    bindings: [{ clientId: doc.clientID, account: writer.account ?? null, device: writer.device ?? null }],
    ...{ receivedAt: NOW_MS, incarnation: 1 },
  });
  expect(await store.append([row(1, byServer, {}), row(2, byAlice, alice)])).toMatchObject({ ok: true });
};

const writeTwo = async (link: WireDocument, writer: Writer, state: Uint8Array): Promise<void> => {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  doc.clientID = link.clientId;
  doc.on('update', (update: Uint8Array) => link.send(update));
  for (let n = 0; n < 2; n++) {
    doc.getArray(logRoot(writer.account, writer.device)).push([[makeEvent({ timeMs: NOW_MS }).bytes]]);
  }
  await until(() => link.of('stored').flatMap(({ events }) => events).length === 2, "mallory's events");
};

/** Somebody who did nothing writes, is acknowledged, and it reaches another device; both have the same. */
const assertServing = async (hers: Attached, observer: WireDocument): Promise<void> => {
  const event = makeEvent({ timeMs: NOW_MS });
  hers.append(event);
  await until(() => hers.stored().has(event.eventId), 'an honest event, after the attacks');
  const seen = new Y.Doc();
  Y.applyUpdate(seen, await observer.state());
  const logOf = (doc: Y.Doc): unknown =>
    [...doc.share.keys()].sort().map((root) => [root, doc.share.get(root)?._length]);
  expect(logOf(seen)).toEqual(logOf(hers.doc));
};
