import { LIMITS } from '@kith/schema/limits';
import { CLOSE_CODES } from '@kith/schema/wire-error';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { WebsocketProvider } from 'y-websocket';
import { createConversation, type TestConversation } from '../test/conversation.ts';
import { makeEvents } from '../test/events.ts';
import { askForTicket, type ForeignClient, openForeignClient } from '../test/foreign-client.ts';
import type { TestDevice } from '../test/test-device.ts';
import { startTestServer, type TestServer } from '../test/test-server.ts';
import { until } from '../test/until.ts';

let server: TestServer;
let alice: TestDevice;
let bob: TestDevice;
let conversation: TestConversation;
let clients: ForeignClient[];
let sockets: WebSocket[];

beforeEach(async () => {
  server = await startTestServer({ allowedOrigins: ['https://kith.example'] });
  [alice, bob] = [server.device(), server.device()];
  conversation = createConversation(
    server,
    new Map([
      [alice, 'owner'],
      [bob, 'member'],
    ]),
  );
  [clients, sockets] = [[], []];
});
afterEach(async () => {
  for (const client of clients) client.close();
  for (const ws of sockets) ws.terminate();
  await server.close();
});

const open = async (device: TestDevice, segment?: number): Promise<ForeignClient> => {
  const client = await openForeignClient(server, device.person, conversation, segment === undefined ? {} : { segment });
  clients.push(client);
  return client.synced();
};
const urlOf = ({ document, ticket }: { readonly document: string; readonly ticket: string }): string =>
  `ws://127.0.0.1:${server.port}/yjs/${document}?ticket=${ticket}`;
const openSocket = (url: string, options: WebSocket.ClientOptions = {}): WebSocket => {
  const ws = new WebSocket(url, options);
  ws.on('error', () => {});
  sockets.push(ws);
  return ws;
};
const endOf = (ws: WebSocket): Promise<string> =>
  new Promise((resolve) => ws.once('close', (code, reason) => resolve(`${code} ${reason}`)));
/** A socket with a good ticket, by hand. */
const rawSocket = async (segment?: number): Promise<WebSocket> => {
  const ws = openSocket(urlOf(await askForTicket(server, bob.person, conversation, segment)));
  await until(() => ws.readyState === WebSocket.OPEN, 'the socket');
  return ws;
};

test('[FRN-6] whoever is removed is cut off within a second and stays away, the others are not', async () => {
  const [head, segment, other] = [await open(bob), await open(bob, 1), await open(alice, 1)];
  const startedAt = Date.now();
  server.directory.setRole(conversation.id, bob.person.account, null);
  expect([await head.ended(), await segment.ended()]).toEqual(Array(2).fill('4403 not-member'));
  expect(Date.now() - startedAt).toBeLessThan(1_000);
  await expect(askForTicket(server, bob.person, conversation)).rejects.toThrow('not-member');
  expect([other.ends, other.provider.synced]).toEqual([[], true]);
});

test('[FRN-6] with its session a device loses its foreign sockets, and the tickets it had open nothing', async () => {
  const client = await open(bob, 1);
  const [unheard, replaced, early] = [
    await askForTicket(server, bob.person, conversation),
    await askForTicket(server, alice.person, conversation),
    await askForTicket(server, bob.person, conversation),
  ];
  server.directory.startSession(alice.person.device, 'B'.repeat(22) as never);
  expect(await endOf(openSocket(urlOf(replaced)))).toBe('4401 session-ended');
  server.directory.losesChanges = true;
  server.directory.endDevice(bob.person.account, bob.person.device);
  expect(await endOf(openSocket(urlOf(unheard)))).toBe('4401 session-ended');
  server.directory.losesChanges = false;
  server.directory.endDevice(bob.person.account, bob.person.device);
  expect(await client.ended()).toBe('4401 session-ended');
  server.directory.startSession(bob.person.device, 'B'.repeat(22) as never);
  expect(await endOf(openSocket(urlOf(early)))).toBe('4401 session-ended');
});

test('[FRN-6] between ticket and opening a removal counts, and a directory that is down is no verdict', async () => {
  const [first, second] = [
    await askForTicket(server, bob.person, conversation, 1),
    await askForTicket(server, bob.person, conversation, 1),
  ];
  server.directory.isDown = true;
  expect(await endOf(openSocket(urlOf(first)))).toBe('4503 unavailable');
  server.directory.isDown = false;
  server.directory.setRole(conversation.id, bob.person.account, null);
  expect(await endOf(openSocket(urlOf(second)))).toBe('4403 not-member');
});

const statesAt = ({ provider: { awareness } }: ForeignClient) =>
  [...awareness.getStates()].filter(([id]) => id !== awareness.clientID).map(([, state]) => state);
const speakAs = ({ awareness }: WebsocketProvider, clientId: number, state: Record<string, unknown>): void => {
  awareness.states.set(clientId, state);
  awareness.meta.set(clientId, { clock: 9_999, lastUpdated: Date.now() });
  awareness.emit('update', [{ added: [], updated: [clientId], removed: [] }, 'local']);
};

test('[FRN-7] presence says of a foreign client what its ticket says, and of others nothing', async () => {
  const [mine, theirs] = [await open(bob), await open(alice)];
  const { account, device } = bob.person;
  mine.provider.awareness.setLocalState({ account: alice.person.account, typing: true, secret: 'x' });
  await until(() => statesAt(theirs).length === 1, 'presence');
  expect(statesAt(theirs)).toEqual([{ account, device, typing: true }]);
  theirs.provider.awareness.setLocalState({ typing: true });
  await until(() => statesAt(mine).length === 1, 'presence');
  speakAs(mine.provider, theirs.provider.awareness.clientID, { typing: false });
  speakAs(mine.provider, 4_711, { typing: true });
  mine.provider.awareness.setLocalState({ typing: false });
  await until(() => JSON.stringify(statesAt(theirs)).includes('"typing":false'), 'the honest state');
  expect(statesAt(theirs)).toEqual([{ account, device, typing: false }]);
  const late = await open(alice);
  await until(() => statesAt(late).length === 2, 'what the server knows');
  const { person } = alice;
  expect(statesAt(late)).toContainEqual({ account: person.account, device: person.device, typing: true });
});

test('[FRN-7] on segments there is no presence', async () => {
  const [mine, theirs] = [await open(bob, 1), await open(alice, 1)];
  mine.provider.awareness.setLocalState({ typing: true });
  const [head, theirHead] = [await open(bob), await open(alice)];
  head.provider.awareness.setLocalState({ typing: true });
  await until(() => statesAt(theirHead).length === 1, 'presence on the head');
  expect(statesAt(theirs)).toEqual([]);
});

test('[FRN-8] frames that no client of y-websocket sends end their socket and nothing else', async () => {
  const other = await open(alice, 1);
  const ends = async (frame: Uint8Array | string): Promise<string> => {
    const ws = await rawSocket(1);
    const end = endOf(ws);
    ws.send(frame);
    return (await end).slice(0, 4);
  };
  for (const type of [2, 4, 5, 6, 7, 8, 9, 127, 255]) {
    expect([type, await ends(Uint8Array.of(type, 0, 0))]).toEqual([type, '1003']);
  }
  expect(await ends('hello')).toBe('1003');
  expect(await ends(new Uint8Array(0))).toBe('1003');
  expect(await ends(new Uint8Array(LIMITS.frameBytes + 1))).toBe('1009');
  for (const torn of [[0], [0, 2, 9, 1], [0, 9, 0], [0, 2, 2, 0, 0, 0], [1, 200, 1], [3, 0]]) {
    expect([torn, await ends(Uint8Array.from(torn))]).toEqual([torn, '1003']);
  }
  const presenceOfNoJson = [1, 4, 1, 5, 1, 9];
  expect(await ends(Uint8Array.from(presenceOfNoJson))).toBe('4400');
  expect([other.ends, other.provider.synced]).toEqual([[], true]);
});

test("[FRN-8] others' pages open nothing and spend no ticket; our own pages and programs do", async () => {
  const answer = await askForTicket(server, bob.person, conversation);
  expect(await endOf(openSocket(urlOf(answer), { origin: 'https://evil.example' }))).toBe('4403 foreign-origin');
  const ws = openSocket(urlOf(answer), { origin: 'https://kith.example' });
  await until(() => ws.readyState === WebSocket.OPEN, 'the socket');
});

test('[FRN-8] names that are not exactly the document of the ticket open nothing', async () => {
  const { id } = conversation;
  for (const name of [
    '',
    `conversation/${id}/`,
    `conversation/${id}/01`,
    `conversation%2F${id}`,
    `x/../conversation/${id}/1`,
  ]) {
    const { ticket } = await askForTicket(server, bob.person, conversation);
    expect([name, await endOf(openSocket(urlOf({ document: name, ticket })))]).toEqual([name, '4401 ticket-invalid']);
  }
});

test('[FRN-8] a client that does not read, or asks for everything again and again, is closed', async () => {
  const writer = await alice.attach(conversation.segment(1)).ready();
  for (let i = 0; i < 4; i++) writer.append(...makeEvents(50, { text: 'x'.repeat(16_000) }));
  await until(() => writer.stored().size === 200, 'the acknowledgements');
  const everything = Uint8Array.of(0, 0, 1, 0);
  const [slow, greedy] = [await rawSocket(1), await rawSocket()];
  const ends = [endOf(slow), endOf(greedy)];
  slow.pause();
  for (let i = 0; i < 9; i++) slow.send(everything);
  for (let i = 0; i < 20; i++) greedy.send(everything);
  expect(await ends[1]).toMatch(/^4429 rate-limited syncs \d+$/);
  await writer.provider.sendToken(); // and the slow one was answered before
  slow.resume();
  expect(await ends[0]).toMatch(new RegExp(`^(${CLOSE_CODES.slowReader} slow-reader|1006 )$`));
});

test('[FRN-2] nothing of a ticket is said to the log', async () => {
  const client = await open(bob, 1);
  const { ticket } = client.provider.params as { ticket: string };
  (client.provider.ws as unknown as WebSocket).terminate();
  await client.ended();
  const torn = await rawSocket(1);
  torn.send(Uint8Array.of(1, 4, 1, 5, 1, 9));
  await endOf(torn);
  expect(server.complaints.join('\n')).not.toContain(ticket);
});
