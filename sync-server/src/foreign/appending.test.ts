import type { webcrypto } from 'node:crypto';
import { readHead } from '@kith/schema/documents/head';
import { appendEvents, readLog } from '@kith/schema/documents/segment';
import { splitSignature } from '@kith/schema/event/event-codec';
import { signEvent, verifyEvent } from '@kith/schema/event/event-signature';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type * as Y from 'yjs';
import { createConversation, type TestConversation } from '../test/conversation.ts';
import { makeEvent } from '../test/events.ts';
import { type ForeignClient, openForeignClient } from '../test/foreign-client.ts';
import type { TestDevice } from '../test/test-device.ts';
import { startTestServer, type TestServer } from '../test/test-server.ts';
import { until } from '../test/until.ts';

let server: TestServer;
let alice: TestDevice;
let bob: TestDevice;
let conversation: TestConversation;
let clients: ForeignClient[];

beforeEach(async () => {
  server = await startTestServer();
  [alice, bob] = [server.device(), server.device()];
  conversation = createConversation(
    server,
    new Map([
      [alice, 'owner'],
      [bob, 'member'],
    ]),
  );
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.close();
  await server.close();
});

const open = async (options: { takesClientId?: boolean; doc?: Y.Doc } = {}, device = bob): Promise<ForeignClient> => {
  const client = await openForeignClient(server, device.person, conversation, { segment: 1, ...options });
  clients.push(client);
  return client.synced();
};
const append = ({ doc, person }: ForeignClient, bytes = makeEvent().bytes): Uint8Array => {
  appendEvents(doc, person, [bytes]);
  return bytes;
};
const codesOf = ({ denials }: ForeignClient) => denials.map((denial) => denial.split(':')[0]);
/** One of our own devices writes, and the client has it: what the server answered to the client is with it by then. */
const roundTrip = async (client: ForeignClient): Promise<void> => {
  const own = await alice.attach(conversation.segment(1)).ready();
  const before = readLog(client.doc, alice.person).length;
  own.append(makeEvent());
  await until(() => readLog(client.doc, alice.person).length > before, 'the event to come round');
  own.detach();
};
const stored = async (): Promise<Y.Doc> => (await alice.attach(conversation.segment(1)).ready()).doc;

test('[FRN-4] what is appended under the client id of the ticket is stored and reaches our own devices', async () => {
  const reader = await alice.attach(conversation.segment(1)).ready();
  const channel = await alice.channel().ready();
  const client = await open();
  const keys = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const place = { conversation: conversation.id, ...bob.person };
  const { eventId, bytes } = makeEvent({ text: 'from elsewhere' });
  append(client, await signEvent(splitSignature(bytes).unsigned, place, keys.privateKey));
  await until(() => readLog(reader.doc, bob.person).length === 1, 'the event');
  await until(() => channel.of('notices').length === 1, 'the notice, which follows the commit');
  const [arrived = new Uint8Array()] = readLog(reader.doc, bob.person);
  expect(await verifyEvent(arrived, place, keys.publicKey)).toBe(true);
  expect(channel.of('notices')[0]?.notices[0]).toMatchObject({ eventId, ...bob.person });
  const events = await server.store.known(`conversation/${conversation.id}`, [eventId]);
  expect(events).toMatchObject([{ eventId, segment: 1 }]);
  expect([...client.denials, ...client.ends, ...server.complaints]).toEqual([]);
});

test('[FRN-4] two clients read and append side by side, also those of one device', async () => {
  const [first, second, sibling] = [await open(), await open({}, alice), await open()];
  append(first);
  append(second);
  append(sibling);
  append(first);
  const counts = ({ doc }: ForeignClient) => [readLog(doc, bob.person).length, readLog(doc, alice.person).length];
  await until(() => clients.every((client) => String(counts(client)) === '3,1'), 'all events everywhere');
  expect(clients.flatMap(({ denials, ends }) => [...denials, ...ends])).toEqual([]);
});

test('[FRN-5] who keeps an id of its own is told so at every try, reads on, and changes nothing', async () => {
  const client = await open({ takesClientId: false });
  append(client);
  append(client);
  await roundTrip(client);
  expect(codesOf(client)).toEqual(['client-id-unknown', 'client-id-unknown']);
  expect([client.ends, client.provider.synced]).toEqual([[], true]);
  expect(readLog(await stored(), bob.person)).toEqual([]);
});

test('[FRN-5] what is not the own log is refused whole, and nobody else is touched by it', async () => {
  const [forger, honest] = [await open(), await open()];
  forger.doc.getArray(`log/${alice.person.account}/${alice.person.device}`).push([[makeEvent().bytes]]);
  forger.doc.getMap('meta').set('title', 'mine');
  append(forger);
  const bytes = append(honest);
  await roundTrip(forger);
  expect(codesOf(forger)).toEqual(['update-forbidden', ...Array(2).fill(expect.stringMatching(/^update-/))]);
  const doc = await stored();
  expect([readLog(doc, bob.person), readLog(doc, alice.person).length]).toEqual([[bytes], 1]);
  expect([...doc.share.keys()].sort()).toEqual(
    [alice, bob].map(({ person: { account, device } }) => `log/${account}/${device}`).sort(),
  );
  expect([honest.denials, forger.ends, honest.ends]).toEqual([[], [], []]);
});

test('[FRN-5] heads are the server’s alone', async () => {
  const client = await openForeignClient(server, bob.person, conversation);
  clients.push(await client.synced());
  const { version } = readHead(client.doc);
  client.doc.getMap('meta').set('version', 99);
  client.doc.getMap('members').set(bob.person.account, 'owner');
  await until(() => client.denials.length === 2, 'the refusals');
  expect(client.denials[0]).toMatch(/^update-forbidden: /);
  expect(readHead((await alice.attach(conversation.head).ready()).doc)).toMatchObject({ version });
});

test('[FRN-5] coming back with what was refused it is refused once more, and no oftener; a new copy writes', async () => {
  const client = await open({ takesClientId: false });
  append(client);
  await until(() => client.denials.length === 1, 'the refusal');
  client.provider.destroy();
  const again = await open({ takesClientId: false, doc: client.doc });
  await roundTrip(again);
  await roundTrip(again);
  expect([again.denials.length, again.ends]).toEqual([1, []]);
  const fresh = await open();
  const bytes = append(fresh);
  await roundTrip(fresh);
  expect([fresh.denials, readLog(await stored(), bob.person)]).toEqual([[], [bytes]]);
});

test('[FRN-6] who may only read reads, and is told so when it writes; the role is asked at every message', async () => {
  server.directory.setRole(conversation.id, bob.person.account, 'reader');
  const reader = await open();
  append(reader);
  await roundTrip(reader);
  expect(reader.denials[0]).toMatch(/^read-only: You may read here, but not write\./);
  server.directory.setRole(conversation.id, bob.person.account, 'member');
  const member = await open();
  const bytes = append(member);
  await roundTrip(member);
  server.directory.setRole(conversation.id, bob.person.account, 'reader');
  append(member);
  await roundTrip(member);
  expect(codesOf(member)).toEqual(['read-only']);
  expect(readLog(await stored(), bob.person)).toEqual([bytes]);
});
