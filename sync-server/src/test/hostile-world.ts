/** A real server with two honest people, and mallory, a member who sends whatever bytes she likes. */
import { appendEvents } from '@kith/schema/documents/segment';
import type { Role } from '@kith/schema/role';
import { expect } from 'vitest';
import * as Y from 'yjs';
import { createConversation, type TestConversation } from './conversation.ts';
import { makeEvent } from './events.ts';
import type { TestDevice } from './test-device.ts';
import { startTestServer, type TestServer } from './test-server.ts';
import type { Person } from './test-tokens.ts';
import { until } from './until.ts';
import { openWireDevice, type WireDevice, type WireDocument } from './wire-device.ts';

export interface HostileWorld {
  readonly server: TestServer;
  readonly alice: TestDevice;
  readonly bob: TestDevice;
  readonly mallory: WireDevice;
  readonly conversation: TestConversation;
  /** Another device, hostile too; of a stranger unless said otherwise. */
  connect(person?: Person): Promise<WireDevice>;
  /** Alice, bob and mallory in another conversation. */
  another(role?: Role): TestConversation;
  /** Ends what was opened; before that shows that honest people write and read as before. */
  close(): Promise<void>;
}

export const openHostileWorld = async (clock = { now: () => Date.now() }): Promise<HostileWorld> => {
  const server = await startTestServer({ clock });
  const [alice, bob] = [server.device(), server.device()];
  const wires: WireDevice[] = [];
  const connect = async (person?: Person): Promise<WireDevice> => {
    const wire = await openWireDevice(server, person);
    wires.push(wire);
    return wire;
  };
  const mallory = await connect();
  const another = (role: Role = 'member'): TestConversation =>
    createConversation(
      server,
      new Map<Pick<TestDevice, 'person'>, Role>([
        [alice, 'owner'],
        [bob, 'member'],
        [mallory, role],
      ]),
    );
  const conversation = another();
  const name = conversation.segment(1);
  const [hers, his] = [await alice.attach(name).ready(), await bob.attach(name).ready()];
  const assertServing = async (): Promise<void> => {
    for (const [writer, reader] of [
      [hers, his],
      [his, hers],
    ] as const) {
      const event = makeEvent();
      writer.append(event);
      await until(() => writer.stored().has(event.eventId), 'an honest event to be stored, after the attack');
      await until(() => sameLogs(writer.doc, reader.doc), 'the other to have it');
      expect([writer.reasons, writer.of('rejected')]).toEqual([[], []]);
    }
    expect(server.complaints.filter((complaint) => complaint.startsWith('the guard failed'))).toEqual([]);
  };
  return {
    ...{ server, alice, bob, mallory, conversation, connect, another },
    close: async () => {
      try {
        await assertServing();
      } finally {
        for (const wire of wires) wire.close();
        await server.close();
      }
    },
  };
};

const sameLogs = (a: Y.Doc, b: Y.Doc): boolean => Buffer.compare(Y.encodeStateVector(a), Y.encodeStateVector(b)) === 0;

/** What a device would send that appends these events under a client id, to a document in this state. */
export const appending = (
  state: Uint8Array,
  { writer, clientId }: { readonly writer: Person; readonly clientId: number },
  ...events: readonly Uint8Array[]
): Uint8Array => {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  doc.clientID = clientId;
  const before = Y.encodeStateVector(doc);
  appendEvents(doc, writer, events);
  return Y.encodeStateAsUpdate(doc, before);
};

/** The server's answers to what was sent, once it has refused this many. */
export const refusals = async (link: WireDocument, count = 1): Promise<string[]> => {
  await until(() => link.of('rejected').length >= count || link.ended !== null, `${count} refusals`);
  return link.of('rejected').map(({ code }) => code);
};
