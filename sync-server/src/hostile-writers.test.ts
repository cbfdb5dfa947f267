/** Writing where one may not, over a real socket: others' logs, closed and foreign segments, heads, accounts, twice. */
import { accountDocName } from '@kith/schema/doc-name';
import { type AccountId, type ConversationId, createId, type DeviceId, type EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { bytes, entries, forge, item } from './guard/test/forge.ts';
import type { Segment } from './storage/document-store.ts';
import { makeEvent, testRandom } from './test/events.ts';
import { appending, type HostileWorld, openHostileWorld, refusals } from './test/hostile-world.ts';
import { until } from './test/until.ts';
import type { WireDocument } from './test/wire-device.ts';

let world: HostileWorld;
beforeEach(async () => {
  world = await openHostileWorld();
});
afterEach(() => world.close());

const EMPTY = Uint8Array.of(0, 0);
const logOf = ({ account, device }: { account: string; device: string }): string => `log/${account}/${device}`;

/** Refused with this code alone, the document as it was, the connection open. */
const expectRefused = async (link: WireDocument, update: Uint8Array, code: string): Promise<void> => {
  const [before, said] = [await link.state(), link.of('rejected').length];
  link.send(update);
  expect((await refusals(link, said + 1)).slice(said)).toEqual([code]);
  expect(Buffer.compare(await link.state(), before)).toBe(0);
  expect(link.ended).toBeNull();
};
const append = async (link: WireDocument, ...events: readonly Uint8Array[]): Promise<Uint8Array> =>
  appending(await link.state(), { writer: world.mallory.person, clientId: link.clientId }, ...events);

test("[GRD-14] another device of one's own account has a log of its own, which this one cannot write", async () => {
  const { mallory, conversation } = world;
  const sibling = await world.connect(world.server.person(mallory.person.account));
  const link = await sibling.attach(conversation.segment(1));
  const writer = mallory.person;
  const update = appending(await link.state(), { writer, clientId: link.clientId }, makeEvent().bytes);
  await expectRefused(link, update, 'update-forbidden');
});

test('[GRD-10] an id that was issued for another document is not issued for this one', async () => {
  const { mallory, conversation } = world;
  const elsewhere = await mallory.attach(world.another().segment(1));
  const link = await mallory.attach(conversation.segment(1));
  const update = appending(EMPTY, { writer: mallory.person, clientId: elsewhere.clientId }, makeEvent().bytes);
  await expectRefused(link, update, 'client-id-unknown');
});

test("[GRD-10] nobody writes under the id of a sibling's connection, open or closed", async () => {
  const { mallory, conversation } = world;
  const sibling = await world.connect(world.server.person(mallory.person.account));
  const theirs = await sibling.attach(conversation.segment(1));
  const link = await mallory.attach(conversation.segment(1));
  const update = appending(EMPTY, { writer: mallory.person, clientId: theirs.clientId }, makeEvent().bytes);
  await expectRefused(link, update, 'update-forbidden');
  sibling.close();
  await expectRefused(link, update, 'update-forbidden');
});

test('[GRD-18] a reader, and a member with a token to read, write nothing', async () => {
  const { mallory, conversation, server } = world;
  const reading = await mallory.attach(conversation.segment(1), { perm: 'read' });
  await expectRefused(reading, await append(reading, makeEvent().bytes), 'read-only');
  const link = await mallory.attach(conversation.segment(1), { session: 'writing' });
  server.directory.setRole(conversation.id, mallory.person.account, 'reader');
  await expectRefused(link, await append(link, makeEvent().bytes), 'read-only');
});

test('[GRD-14] a head is written by no client, not even by an owner', async () => {
  const { mallory } = world;
  const { head } = world.another('owner');
  const link = await mallory.attach(head);
  for (const [root, key] of [
    ['meta', 'title'],
    ['members', mallory.person.account],
    ['segments', '1'],
    ['pins', 'x'],
  ] as const) {
    const value = item(bytes(Uint8Array.of(0, 1)), { root, key });
    await expectRefused(link, forge({ sections: [[link.clientId, 0, [value]]] }), 'update-forbidden');
  }
  const event = item(entries(makeEvent().bytes), { root: logOf(mallory.person) });
  await expectRefused(link, forge({ sections: [[link.clientId, 0, [event]]] }), 'update-forbidden');
});

test("[SYN-2] somebody else's account document opens with no token of one's own", async () => {
  const { mallory, alice, server } = world;
  const theirs = accountDocName(alice.person.account, 1);
  const own = accountDocName(mallory.person.account, 1).replace(/\/1$/, '');
  for (const doc of [theirs.replace(/\/1$/, ''), own]) {
    const link = await mallory.attach(theirs, { token: await server.tokens.document(mallory.person, doc) });
    expect(['document-unknown', 'token-invalid']).toContain(link.ended);
    link.send(forge({ sections: [[1, 0, [item(bytes(Uint8Array.of(1)), { root: 'settings', key: 'a' })]]] }));
  }
  const channel = await alice.channel().ready();
  expect([...channel.doc.share.keys()]).toEqual([]);
});

test("[GRD-14] in one's own account document the inbox is the server's to fill, and values are small", async () => {
  const { mallory } = world;
  const link = await mallory.attach(accountDocName(mallory.person.account, 1));
  const set = (root: string, size: number) =>
    forge({ sections: [[link.clientId, 0, [item(bytes(new Uint8Array(size)), { root, key: 'a' })]]] });
  await expectRefused(link, set('inbox', 3), 'update-forbidden');
  await expectRefused(link, set('settings', LIMITS.accountValueBytes + 1), 'update-too-large');
  const before = await link.state();
  link.send(set('settings', 3));
  link.send(set('inbox', 4)); // under the same clock, so that it shows when the first was handled
  expect(await refusals(link, 3)).toHaveLength(3);
  expect(Buffer.compare(await link.state(), before), 'its own value is there').not.toBe(0);
});

test('[GRD-13] the header of an event is checked: clock, epoch, target', async () => {
  const { mallory, conversation } = world;
  const link = await mallory.attach(conversation.segment(1));
  const ahead = makeEvent({ timeMs: Date.now() + LIMITS.clockAheadMs + 60_000 });
  await expectRefused(link, await append(link, ahead.bytes), 'clock-ahead');
  await expectRefused(link, await append(link, makeEvent({ epoch: 2 }).bytes), 'event-epoch');
  const nowhere = makeEvent({ target: createId<EventId>(testRandom) });
  await expectRefused(link, await append(link, nowhere.bytes), 'segment-wrong');
});

test('[SGM-3] a change of a message in another segment or conversation is refused here', async () => {
  const { mallory, conversation } = world;
  const elsewhere = await mallory.attach(world.another().segment(1));
  const message = makeEvent();
  elsewhere.send(await append(elsewhere, message.bytes));
  await until(() => elsewhere.of('stored').length > 0, 'the message');
  const link = await mallory.attach(conversation.segment(1));
  const reaction = makeEvent({ target: message.eventId });
  await expectRefused(link, await append(link, reaction.bytes), 'segment-wrong');
  elsewhere.send(await append(elsewhere, reaction.bytes));
  await until(() => elsewhere.of('stored').length > 1, 'the reaction where its message stands');
});

test("[SGM-2] [SGM-4] a closed segment and another's import take no messages", async () => {
  const { mallory, alice, server } = world;
  const id = createId<ConversationId>(testRandom);
  server.directory.create(id, { [alice.person.account]: 'owner', [mallory.person.account]: 'member' });
  const segment = (n: number, more: Partial<Segment> = {}): Segment => ({
    ...{ conversation: id, n, importer: null, firstArrival: 1, openedAt: 1, closed: null },
    ...more,
  });
  const importer = `${alice.person.account}/${alice.person.device}`;
  for (const each of [segment(1), segment(2, { importer }), segment(3)]) {
    expect(await server.store.openSegment(each)).toMatchObject({ ok: true });
  }
  const closing = { closedAt: 1_000, events: 0, firstTime: null, lastTime: null };
  await server.store.closeSegment(id, 1, closing);
  for (const [n, code] of [
    [1, 'segment-closed'],
    [2, 'segment-wrong'],
  ] as const) {
    const link = await mallory.attach(`conversation/${id}/${n}`);
    await expectRefused(link, await append(link, makeEvent().bytes), code);
  }
  expect((await mallory.attach(`conversation/${id}/4`)).ended).toBe('document-unknown');
});

test('[GRD-13] one event in two frames of one connection, in one piece, is taken once', async () => {
  const { mallory, conversation } = world;
  const link = await mallory.attach(conversation.segment(1));
  const other = await mallory.attach(conversation.segment(1), { session: 'other' });
  const { bytes: event } = makeEvent();
  const state = await link.state();
  for (const { clientId } of [link, other])
    link.send(appending(state, { writer: mallory.person, clientId }, event) ?? EMPTY);
  await until(() => link.of('stored').length === 1 && link.of('rejected').length === 1, 'both to be answered');
  expect(link.of('rejected')[0]?.code).toBe('event-exists');
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await link.state());
  expect(doc.getArray(logOf(mallory.person)).length).toBe(1);
});

test('[GRD-13] one event under two client ids, in frames of one piece, is taken once', async () => {
  const { mallory, conversation } = world;
  const link = await mallory.attach(conversation.segment(1));
  const other = await mallory.attach(conversation.segment(1), { session: 'other' });
  const { bytes: event } = makeEvent();
  const state = await link.state();
  const updates = [link, other].map(({ clientId }) => appending(state, { writer: mallory.person, clientId }, event));
  link.send(updates[0] ?? EMPTY);
  link.send(updates[1] ?? EMPTY);
  other.send(updates[1] ?? EMPTY);
  const answers = (of: WireDocument): number => of.of('stored').length + of.of('rejected').length;
  await until(() => answers(link) > 0 && answers(other) > 0, 'an answer to each');
  expect(new Set([...link.of('rejected'), ...other.of('rejected')].map(({ code }) => code))).toEqual(
    new Set(['event-exists']),
  );
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await link.state());
  expect(doc.getArray(logOf(mallory.person)).length).toBe(1);
});

test('[GRD-13] one event in two conversations at once is taken in one of them', async () => {
  const { mallory, conversation } = world;
  for (let round = 0; round < 10; round++) {
    const { bytes: event, eventId } = makeEvent();
    const links = [
      await mallory.attach(conversation.segment(1), { session: `a${round}` }),
      await mallory.attach(world.another().segment(1), { session: `b${round}` }),
    ];
    const updates: Uint8Array[] = [];
    for (const link of links) updates.push(await append(link, event));
    for (const [n, link] of links.entries()) link.send(updates[n] ?? EMPTY);
    await until(() => links.every((link) => link.of('stored').length + link.of('rejected').length > 0), 'both answers');
    const stored = links.flatMap((link) => link.of('stored').flatMap(({ events }) => events.map(([id]) => id)));
    expect(stored, `round ${round}`).toEqual([eventId]);
    expect(links.flatMap((link) => link.of('rejected').map(({ code }) => code))).toEqual(['event-exists']);
  }
});

test('[SYN-4] what is sent behind a removal changes nothing, on every document of the conversation', async () => {
  const { mallory, conversation, server, bob } = world;
  const link = await mallory.attach(conversation.segment(1));
  const update = await append(link, makeEvent().bytes);
  const before = await link.state();
  server.directory.setRole(conversation.id, mallory.person.account, null);
  link.send(update);
  link.send(update, 'step2');
  await until(() => link.ended !== null, 'the document to be closed');
  expect(link.ended).toBe('not-member');
  link.send(update);
  expect((await mallory.attach(conversation.segment(1), { session: 'again' })).ended).toBe('not-member');
  const seen = await (await world.connect(bob.person)).attach(conversation.segment(1));
  expect(Buffer.compare(await seen.state(), before)).toBe(0);
});

test('[SYN-2] a stranger’s token, and one for another device’s name, open nothing', async () => {
  const { conversation, server, alice } = world;
  const stranger = await world.connect();
  expect((await stranger.attach(conversation.segment(1))).ended).toBe('not-member');
  const posing = { account: alice.person.account, device: createId<DeviceId>(testRandom) };
  server.directory.endDevice(posing.account, posing.device);
  const token = await server.tokens.document(posing, `conversation/${conversation.id}`);
  expect((await stranger.attach(conversation.segment(1), { token, session: 'x' })).ended).toBe('session-ended');
  const nobody = createId<AccountId>(testRandom);
  expect((await stranger.attach(accountDocName(nobody, 1))).ended).toBe('document-unknown');
});

test('[GRD-1] the same update again and again, by every way in, changes the document once', async () => {
  const { mallory, conversation } = world;
  const link = await mallory.attach(conversation.segment(1));
  const update = await append(link, makeEvent().bytes);
  for (let n = 0; n < 20; n++) link.send(update, n % 3 === 2 ? 'step2' : 'update');
  await until(() => link.of('stored').length === 1, 'the event');
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await link.state());
  expect(doc.getArray(logOf(mallory.person)).length).toBe(1);
  expect(link.of('rejected')).toEqual([]);
});
