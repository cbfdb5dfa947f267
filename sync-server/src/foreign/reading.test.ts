import { readHead } from '@kith/schema/documents/head';
import { readLog } from '@kith/schema/documents/segment';
import { LIMITS } from '@kith/schema/limits';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import * as Y from 'yjs';
import { createConversation, type TestConversation } from '../test/conversation.ts';
import { makeEvent, makeEvents } from '../test/events.ts';
import { askForTicket, connectForeignClient, type ForeignClient, openForeignClient } from '../test/foreign-client.ts';
import { createManualTimers, type ManualTimers } from '../test/manual-timers.ts';
import type { TestDevice } from '../test/test-device.ts';
import { startTestServer, type TestServer } from '../test/test-server.ts';
import { until } from '../test/until.ts';

let timers: ManualTimers;
let server: TestServer;
let alice: TestDevice;
let bob: TestDevice;
let conversation: TestConversation;
let clients: ForeignClient[];

beforeEach(async () => {
  timers = createManualTimers();
  server = await startTestServer({ timers, clock: timers });
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

const open = async (segment?: number, device = bob): Promise<ForeignClient> => {
  const options = segment === undefined ? {} : { segment };
  const client = await openForeignClient(server, device.person, conversation, options);
  clients.push(client);
  return client;
};
const textsOf = ({ doc }: ForeignClient): Uint8Array[] => readLog(doc, alice.person);

test('[FRN-3] a head and a segment come whole, and what happens later arrives', async () => {
  const writer = await alice.attach(conversation.segment(1)).ready();
  const before = makeEvents(3);
  writer.append(...before);
  await until(() => writer.stored().size === 3, 'the acknowledgements');
  const [head, segment] = [await (await open()).synced(), await (await open(1)).synced()];
  expect(readHead(head.doc)).toMatchObject({ kind: 'group', epoch: 1, segments: [{ n: 1, state: 'open' }] });
  expect(textsOf(segment)).toEqual(before.map(({ bytes }) => bytes));
  const later = makeEvent();
  writer.append(later);
  server.directory.rename(conversation.id, 'Renamed');
  await until(() => textsOf(segment).length === 4 && readHead(head.doc).version === 2, 'the changes');
  expect(textsOf(segment)[3]).toEqual(later.bytes);
  expect([...head.denials, ...segment.denials, ...server.complaints]).toEqual([]);
});

test('[FRN-1] each way in which a ticket is no good has its code, and the client does not come back by itself', async () => {
  const { document, ticket } = await askForTicket(server, bob.person, conversation, 1);
  const attempt = async (shown: string, name = document): Promise<string> => {
    const client = connectForeignClient(server, bob.person, { document: name, ticket: shown, doc: new Y.Doc() });
    clients.push(client);
    return client.ended();
  };
  expect(await attempt('')).toBe('4401 ticket-invalid');
  expect(await attempt(await server.tokens.document(bob.person, conversation.head))).toBe('4401 ticket-invalid');
  expect(await attempt(ticket, `${document}0`)).toBe('4401 ticket-invalid');
  expect(await attempt(ticket)).toBe('4401 ticket-used');
  const old = await askForTicket(server, bob.person, conversation, 1);
  timers.advance(LIMITS.ticketSeconds * 1_000);
  expect(await attempt(old.ticket)).toBe('4401 ticket-expired');
  expect(clients.every(({ provider }) => !provider.shouldConnect && !provider.synced)).toBe(true);
});

test('[FRN-1] tickets are for members, and for documents of a conversation that are there', async () => {
  const ask = (body: string, person = bob.person) =>
    server.fetch(person, `${conversation.path}/tickets`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
    });
  const answers = [
    await ask('{"segment":2}'),
    await ask('{"segment":0}'),
    await ask('{"segment":"1"}'),
    await ask('{}', server.person()),
    await server.sync.http.request(`${conversation.path}/tickets`, { method: 'POST' }),
  ];
  const codes = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { code: string }).code));
  expect(codes).toEqual(['document-unknown', 'bad-request', 'bad-request', 'not-member', 'unauthenticated']);
  expect((await ask('{}')).headers.get('cache-control')).toBe('no-store');
});

test('[FRN-9] a client that has nothing to say stays, and hears from the server meanwhile', async () => {
  const timersBefore = timers.pending;
  const client = await (await open(1)).synced();
  client.provider.awareness.setLocalState(null);
  const ws = client.provider.ws as unknown as WebSocket;
  let signs = 0;
  ws.on('message', (frame) => {
    if (String(new Uint8Array(frame as Buffer)) === '1,1,0') signs++;
  });
  for (let i = 1; i <= 4; i++) {
    timers.advance(15_000);
    await until(() => signs === i, 'a sign of life');
    // the answer to the server's ping travels before this one: it was read when this is answered
    await new Promise((resolve) => void ws.once('pong', resolve).ping());
  }
  expect(client.ends).toEqual([]);
  client.close();
  await until(() => timers.pending === timersBefore, 'the server to let go of it');
});

test('[FRN-9] a connection ends some five minutes after its ticket, and goes on with a new one where it was', async () => {
  const writer = await alice.attach(conversation.segment(1), { seconds: 3_600 }).ready();
  writer.append(makeEvent());
  const client = await (await open(1)).synced();
  await until(() => textsOf(client).length === 1, 'the first event');
  const end = timers.now() + LIMITS.documentTokenSeconds * 1_000;
  await until(() => {
    if (timers.now() < end + 25_000) timers.advance(5_000);
    return timers.now() >= end + 25_000;
  });
  expect(client.ends).toEqual([]);
  timers.advance(10_000);
  expect(await client.ended()).toBe('4401 token-expired');
  writer.append(makeEvent());
  await until(() => writer.stored().size === 2, 'the acknowledgement');
  client.provider.params = { ticket: (await askForTicket(server, bob.person, conversation, 1)).ticket };
  client.provider.connect();
  await until(() => textsOf(client).length === 2, 'what was missed');
});

test('[FRN-1] coming back by itself with the address it had, a client is told that its ticket was used', async () => {
  const client = await (await open(1)).synced();
  (client.provider.ws as unknown as { terminate(): void }).terminate();
  expect(await client.ended()).toBe('4401 ticket-used');
});
