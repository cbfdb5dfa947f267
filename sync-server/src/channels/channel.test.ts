import { decodeEvent } from '@kith/schema/event/event-codec';
import { foldReceipts, tickOf } from '@kith/schema/fold/receipts';
import { LIMITS } from '@kith/schema/limits';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createConversation, type TestConversation } from '../test/conversation.ts';
import { makeEvent, makeEvents } from '../test/events.ts';
import type { Attached, TestDevice } from '../test/test-device.ts';
import { startTestServer, type TestServer } from '../test/test-server.ts';
import { until } from '../test/until.ts';

let server: TestServer;
let alice: TestDevice;
let bob: TestDevice;
let conversation: TestConversation;

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
});
afterEach(() => server.close());

const noticesOf = (channel: Attached) => channel.of('notices').flatMap(({ notices }) => notices);
const receiptsOf = (channel: Attached) => channel.of('receipts').flatMap(({ receipts }) => receipts);
const echo = async (channel: Attached): Promise<void> => {
  const before = channel.of('heartbeat').length;
  channel.send({ type: 'heartbeat' });
  await until(() => channel.of('heartbeat').length > before, 'the echo');
};

test('[SYN-6] a heartbeat comes back', async () => {
  await echo(await alice.channel().ready());
});

test('[MSG-1] what is no message of the protocol is refused by type and size, and does no harm', async () => {
  const channel = await alice.channel().ready();
  const hostile = [
    'not json',
    '[]',
    'null',
    '{}',
    '{"type":"attached","clientId":1,"incarnation":1,"serverTimeMs":1}',
    '{"type":"receipts"}',
    '{"type":"receipts","receipts":[{"conversation":"x","stored":1}]}',
    `{"type":"receipts","receipts":[{"conversation":"${conversation.id}","stored":-1}]}`,
    `{"type":"receipts","receipts":[{"conversation":"${conversation.id}","stored":1.5}]}`,
    '{"type":"__proto__"}',
    JSON.stringify({ type: 'heartbeat', padding: 'x'.repeat(LIMITS.statelessBytes) }),
  ];
  for (const text of hostile) channel.provider.sendStateless(text);
  await echo(channel);
  expect(channel.of('rejected').map(({ code }) => code)).toEqual(hostile.map(() => 'bad-request'));
  expect(channel.reasons).toEqual([]);
});

test('[MSG-1] only the channel takes messages', async () => {
  const head = await alice.attach(conversation.head).ready();
  head.send({ type: 'heartbeat' });
  await until(() => head.of('rejected').length === 1, 'the refusal');
  expect(head.of('rejected')[0]?.code).toBe('bad-request');
});

test('[SYN-6] a device that talks without a pause is told to slow down', async () => {
  const channel = await alice.channel().ready();
  for (let i = 0; i < 150; i++) channel.send({ type: 'heartbeat' });
  await until(() => channel.of('rejected').length > 0, 'the refusal');
  expect(channel.of('rejected')[0]?.code).toBe('rate-limited');
});

test('[NTC-1] every other device of the members hears what arrived, with the event; the writing one does not', async () => {
  const sibling = await server.device(server.person(alice.person.account)).channel().ready();
  const [own, others] = [await alice.channel().ready(), await bob.channel().ready()];
  const stranger = await server.device().channel().ready();
  const segment = await alice.attach(conversation.segment(1)).ready();
  const event = makeEvent({ text: 'hello' });
  segment.append(event);
  await until(() => noticesOf(others).length === 1 && noticesOf(sibling).length === 1, 'the notices');
  await echo(own);
  await echo(stranger);
  expect([noticesOf(own), noticesOf(stranger)]).toEqual([[], []]);
  const [notice] = noticesOf(others);
  expect(notice).toMatchObject({
    conversation: conversation.id,
    segment: 1,
    eventId: event.eventId,
    account: alice.person.account,
    device: alice.person.device,
    arrival: segment.stored().get(event.eventId),
    event: event.bytes,
  });
  expect(decodeEvent(notice!.event!).ok).toBe(true);
});

test('[NTC-2] a large event is told by its number only', async () => {
  const channel = await bob.channel().ready();
  const segment = await alice.attach(conversation.segment(1)).ready();
  segment.append(makeEvent({ text: 'x'.repeat(LIMITS.noticeEventBytes) }));
  await until(() => noticesOf(channel).length === 1, 'the notice');
  expect(noticesOf(channel)[0]).not.toHaveProperty('event');
});

test('[NTC-2] many events come in few messages, all of them, in order', async () => {
  const channel = await bob.channel().ready();
  const segment = await alice.attach(conversation.segment(1)).ready();
  const events = makeEvents(LIMITS.batchEvents);
  segment.append(...events);
  await until(() => noticesOf(channel).length === LIMITS.batchEvents, 'the notices');
  expect(noticesOf(channel).map(({ eventId }) => eventId)).toEqual(events.map(({ eventId }) => eventId));
  expect(channel.of('notices').length).toBeLessThan(10);
});

test('[NTC-3] of an import only the last event of a batch is told, without its bytes', async () => {
  const channel = await bob.channel().ready();
  const response = await server.fetch(alice.person, `${conversation.path}/segments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"action":"open"}',
  });
  const { n } = (await response.json()) as { n: number };
  const segment = await alice.attach(conversation.segment(n), { scope: 'bulk' }).ready();
  const events = makeEvents(LIMITS.batchEvents);
  segment.append(...events);
  await until(() => noticesOf(channel).length === 1, 'the notice');
  await echo(channel);
  expect(noticesOf(channel)).toMatchObject([{ eventId: events.at(-1)?.eventId, segment: n }]);
  expect(noticesOf(channel)[0]).not.toHaveProperty('event');
});

test('[RCP-1] [RCP-2] receipts take a message from stored to delivered to read', async () => {
  const [mine, theirs] = [await alice.channel().ready(), await bob.channel().ready()];
  const segment = await alice.attach(conversation.segment(1)).ready();
  const event = makeEvent();
  segment.append(event);
  await until(() => segment.stored().size === 1, 'the acknowledgement');
  const arrival = segment.stored().get(event.eventId) ?? null;
  const tick = () => tickOf(arrival, [bob.person.account], foldReceipts(receiptsOf(mine)));
  expect(tick()).toBe('stored');
  theirs.send({ type: 'receipts', receipts: [{ conversation: conversation.id, stored: arrival }] });
  await until(() => tick() === 'delivered', 'delivery');
  theirs.send({ type: 'receipts', receipts: [{ conversation: conversation.id, read: arrival }] });
  await until(() => tick() === 'read', 'reading');
  expect(receiptsOf(mine)).toMatchObject([
    { account: bob.person.account, device: bob.person.device, arrival },
    { account: bob.person.account, arrival },
  ]);
});

test('[RCP-1] nobody has more than there is, goes back, or speaks for others', async () => {
  const channel = await bob.channel().ready();
  const segment = await alice.attach(conversation.segment(1)).ready();
  segment.append(makeEvent(), makeEvent());
  await until(() => segment.stored().size === 2, 'the acknowledgement');
  const last = Math.max(...segment.stored().values());
  const elsewhere = createConversation(server, new Map([[alice, 'owner']]));
  for (const receipt of [
    { conversation: conversation.id, stored: 1e9, read: 1e9 },
    { conversation: conversation.id, stored: last - 1, read: 0 },
    { conversation: elsewhere.id, stored: 1 },
  ]) {
    channel.send({ type: 'receipts', receipts: [receipt] });
  }
  await until(() => receiptsOf(channel).length === 2, 'the receipts');
  await echo(channel);
  expect(receiptsOf(channel).map(({ arrival }) => arrival)).toEqual([last, last]);
  expect(await server.store.receipts(conversation.id)).toHaveLength(2);
  expect(await server.store.receipts(elsewhere.id)).toEqual([]);
});

test('[SYN-6] members hear that their conversations changed, also those who just came and those who left', async () => {
  const carol = server.device();
  const channels = await Promise.all([alice, bob, carol].map((device) => device.channel().ready()));
  const counts = () => channels.map((channel) => channel.of('conversations-changed').length);
  server.directory.setRole(conversation.id, carol.person.account, 'member');
  await until(() => counts().join() === '1,1,1', 'the news of who came');
  server.directory.setRole(conversation.id, bob.person.account, null);
  await until(() => counts().join() === '2,2,2', 'the news of who left');
  server.directory.rename(conversation.id, 'Anew');
  await until(() => counts().join() === '3,2,3', 'the news of the title');
});
