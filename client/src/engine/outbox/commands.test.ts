import type { ServerMessage } from '@kith/schema/sync-message';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createListeners } from '../listeners.ts';
import { enqueueConversation } from '../local-writes.ts';
import type { Replica } from '../replica/replica.ts';
import { createMemoryProfile } from '../storage/memory/memory-profile.ts';
import { createMemoryLocalStore } from '../storage/memory-local-store.ts';
import { deviceId, eventId, SELF, sampleOutboxEvent } from '../storage/test/local-store-samples.ts';
import { createManualTime } from '../test/manual-time.ts';
import { gatherPeople, type People, textsOf, until } from '../test/people.ts';
import { type ServerHarness, startServer } from '../test/server-harness.ts';
import { appendBatch } from './append-batch.ts';

let server: ServerHarness;
let people: People;

beforeAll(async () => {
  server = await startServer();
  people = gatherPeople(server.origin);
});
afterEach(() => people.closeAll());
afterAll(() => server.close());

test('[OUT-7] a conversation made offline, written to, renamed and left is all done in that order when online', async () => {
  const alice = await people.signUp('alice');
  const { connection } = alice.engine.leader()!.online()!.parts;
  connection.pause();
  const id = await alice.engine.createConversation({ kind: 'group', title: 'Draft' });
  await alice.engine.sendMessage(id, { text: 'written offline' });
  await alice.engine.renameConversation(id, 'Final');
  expect(await alice.views.conversation(id).get()).toMatchObject({ state: 'local', title: 'Final' });
  connection.start();
  await until(async () => expect((await alice.views.unsent().get()).pending).toBe(0));
  const [view] = await alice.views.conversations().get();
  expect(view).toMatchObject({ state: 'joined', title: 'Final', last: { text: 'written offline', tick: 'stored' } });
});

test('[OUT-7] a command that the server refuses is given up, and what it says is shown again', async () => {
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob, 'Room');
  await bob.engine.renameConversation(id, 'Not allowed');
  await until(async () => expect((await bob.views.unsent().get()).pending).toBe(0));
  await until(async () => expect((await bob.views.conversation(id).get())?.title).toBe('Room'));
  await alice.engine.leaveConversation(id);
  await until(async () => expect((await alice.views.conversation(id).get())?.state).toBe('joined'));
  const told = { conversation: id, title: 'Room' };
  expect(await bob.views.refusals().get()).toMatchObject([
    { ...told, what: 'rename', wrote: 'Not allowed', code: 'forbidden' },
  ]);
  expect(await alice.views.refusals().get()).toMatchObject([
    { ...told, what: 'leave', wrote: null, code: 'last-owner' },
  ]);
});

test('[OUT-9] the word of a refused command waits for the person across a restart, and goes when it is put away', async () => {
  const profile = createMemoryProfile();
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob', { store: createMemoryLocalStore(profile) });
  const id = await people.together(alice, bob, 'Room');
  await bob.engine.renameConversation(id, 'Not allowed');
  await until(async () => expect(profile.refusedCommands.size).toBe(1));
  await bob.close();
  const again = await people.open('bob', { store: createMemoryLocalStore(profile) });
  await until(async () => expect((await again.views.conversation(id).get())?.title).toBe('Room'));
  const [refusal] = await again.views.refusals().get();
  expect(refusal).toMatchObject({ what: 'rename', wrote: 'Not allowed', title: 'Room', code: 'forbidden' });
  await again.engine.dismissRefusal(refusal?.position ?? -1);
  expect(await again.views.refusals().get()).toEqual([]);
});

test('[OUT-7] a conversation that the server does not take is over, and what was said in it is kept with the reason', async () => {
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const taken = await bob.engine.createConversation({ kind: 'group', title: 'Bob’s' });
  await until(async () => expect((await bob.views.conversation(taken).get())?.state).toBe('joined'));
  const { connection } = alice.engine.leader()!.online()!.parts;
  connection.pause();
  await enqueueConversation({ store: alice.store, clock: Date }, taken, { kind: 'group', title: 'Alice’s' });
  const said = await alice.engine.sendMessage(taken, { text: 'said into the void' });
  connection.start();
  await until(async () => expect(await alice.views.unsent().get()).toEqual({ pending: 0, refused: 1 }));
  expect((await alice.store.quarantined(said))?.code).toBe('conversation-exists');
  expect(await alice.views.conversation(taken).get()).toMatchObject({ state: 'left', role: null });
  await expect(alice.engine.sendMessage(taken, { text: 'more' })).rejects.toMatchObject({ code: 'not-member' });
});

test('[OUT-7] the answer to one command does not undo what a later one will do', async () => {
  const alice = await people.signUp('alice');
  const { connection } = alice.engine.leader()!.online()!.parts;
  connection.pause();
  const id = await alice.engine.createConversation({ kind: 'group', title: 'First' });
  await alice.engine.renameConversation(id, 'Second');
  await alice.engine.leaveConversation(id);
  const seen = new Set<string>();
  const stop = alice.views.conversation(id).subscribe((view) => seen.add(`${view?.state} ${view?.title}`));
  connection.start();
  await until(async () => expect((await alice.views.unsent().get()).pending).toBe(0));
  stop();
  expect([...seen]).toEqual(['left Second']);
});

test('[OUT-2] what was signed and whose acknowledgement never came is asked for after a restart, not sent again', async () => {
  const profile = createMemoryProfile();
  const alice = await people.signUp('alice', { store: createMemoryLocalStore(profile) });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  await alice.engine.sendMessage(id, { text: 'once' });
  await until(async () => expect((await alice.views.unsent().get()).pending).toBe(0));
  // the state of a device that was killed after the server stored the event and before it heard so
  const row = [...profile.messages.values()][0]!;
  profile.messages.set(row.eventId, { ...row, arrival: null });
  await alice.close();
  profile.outbox.set(99, {
    ...{ type: 'event', position: 99, conversation: id, eventId: row.eventId, kind: 1, target: null, time: row.time },
    body: new TextEncoder().encode('{"text":"once"}'),
    signed: { segment: 1, bytes: row.bytes! },
  });
  const again = await people.open('alice', { store: createMemoryLocalStore(profile) });
  await until(async () => expect(await again.views.unsent().get()).toEqual({ pending: 0, refused: 0 }));
  expect(profile.messages.get(row.eventId)?.arrival).toBe(row.arrival);
  expect(await textsOf(bob, id)).toEqual(['once']);
});

const fakeReplica = () => {
  const messages = createListeners<ServerMessage>();
  const doc = new Y.Doc();
  const replica = { doc, isTainted: false, onMessage: messages.add, onLost: () => () => undefined };
  return { replica: replica as unknown as Replica, tell: messages.tell };
};
const signed = (n: number) => ({
  ...{ ...sampleOutboxEvent(n), position: n },
  signed: { segment: 1, bytes: new Uint8Array([n]) },
});

test('[OUT-4] a batch is done when each of its events is acknowledged, however many messages that takes', async () => {
  const { timers } = createManualTime();
  const { replica, tell } = fakeReplica();
  const acks: number[] = [];
  const owner = { account: SELF, device: deviceId(1) };
  const outcome = appendBatch({ timers, replica }, owner, [signed(1), signed(2), signed(3)], (some) =>
    acks.push(...some.map(({ arrival }) => arrival)),
  );
  expect(replica.isTainted).toBe(true);
  tell({
    type: 'stored',
    events: [
      [eventId(1), 11],
      [eventId(9), 99],
    ],
  });
  expect(replica.isTainted).toBe(true);
  tell({
    type: 'stored',
    events: [
      [eventId(3), 13],
      [eventId(2), 12],
    ],
  });
  expect(await outcome).toEqual({ type: 'stored', slowDown: null });
  expect(acks).toEqual([11, 13, 12]);
  expect(replica.isTainted).toBe(false);
});

test('[OUT-4] a server that never answers about a batch makes it uncertain, not lost', async () => {
  const { timers, pass } = createManualTime();
  const { replica } = fakeReplica();
  const outcome = appendBatch(
    { timers, replica },
    { account: SELF, device: deviceId(1) },
    [signed(1)],
    () => undefined,
  );
  pass(60_000);
  expect(await outcome).toEqual({ type: 'lost' });
  expect(replica.isTainted).toBe(true);
});
