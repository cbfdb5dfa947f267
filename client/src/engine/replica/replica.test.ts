import { segmentName } from '@kith/schema/doc-name';
import { type ConversationId, createId } from '@kith/schema/ids';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createRealTimers } from '../real-timers.ts';
import { createMemoryProfile } from '../storage/memory/memory-profile.ts';
import { createMemoryLocalStore } from '../storage/memory-local-store.ts';
import { faultySocket } from '../test/faulty-socket.ts';
import { gatherPeople, type People, textsOf, until } from '../test/people.ts';
import { type ServerHarness, startServer } from '../test/server-harness.ts';

let server: ServerHarness;
let people: People;

beforeAll(async () => {
  server = await startServer();
  people = gatherPeople(server.origin);
});
afterEach(() => people.closeAll());
afterAll(() => server.close());

test('[REP-1] what was stored of a document is there before it is linked, and only the rest is asked for', async () => {
  const profile = createMemoryProfile();
  const alice = await people.signUp('alice', { store: createMemoryLocalStore(profile) });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  await alice.engine.showConversation(id);
  await alice.engine.sendMessage(id, { text: 'hello' });
  await until(async () => expect((await alice.views.unsent().get()).pending).toBe(0));
  await alice.close();
  const doc = new Y.Doc();
  for (const update of profile.replicas.get(segmentName(id, 1)) ?? []) Y.applyUpdate(doc, update);
  expect([...doc.share.keys()]).toHaveLength(1);
  const again = await people.open('alice', { store: createMemoryLocalStore(profile) });
  const { replica, release } = await until(() => again.engine.leader()!.online()!.parts.replicas.segment(id, 1));
  await until(() => expect(replica.doc.share.size).toBe(1));
  await again.online();
  await replica.whenReady();
  release();
});

test('[REP-3] a document used by several is opened once', async () => {
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  const { replicas } = alice.engine.leader()!.online()!.parts;
  const [first, second] = [replicas.head(id), replicas.head(id)];
  expect(second.replica).toBe(first.replica);
  await first.replica.whenReady();
  first.release();
  first.release();
  expect(second.replica.isReady).toBe(true);
  second.release();
});

test('[REP-3] what nobody uses is not opened again with a new connection', async () => {
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  const { replicas, connection } = alice.engine.leader()!.online()!.parts;
  const [left, used] = [replicas.segment(id, 1), replicas.head(id)];
  for (const { replica } of [left, used]) await replica.whenReady();
  left.release();
  connection.reopen();
  await until(() => expect(used.replica.isReady && connection.isOpen).toBe(true));
  expect(left.replica.isReady).toBe(false);
  const again = replicas.segment(id, 1);
  expect(again.replica).not.toBe(left.replica);
  await again.replica.whenReady();
  for (const { release } of [again, used]) release();
});

test('[REP-3] a hundred documents linger, and the longest unused goes first', async () => {
  const alice = await people.signUp('alice');
  const { replicas, connection } = alice.engine.leader()!.online()!.parts;
  connection.pause();
  const open = (id = createId<ConversationId>((bytes) => crypto.getRandomValues(bytes))) => {
    const { replica, release } = replicas.head(id);
    release();
    return { id, replica };
  };
  const opened = Array.from({ length: 101 }, () => open());
  const [first, second] = opened;
  expect(open(second!.id).replica).toBe(second!.replica);
  expect(open(first!.id).replica).not.toBe(first!.replica);
});

test('[REP-1] a document that is refused says why', async () => {
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const id = await alice.engine.createConversation({ kind: 'group', title: 'Private' });
  await until(async () => expect((await alice.views.conversation(id).get())?.state).toBe('joined'));
  const { replica, release } = bob.engine.leader()!.online()!.parts.replicas.head(id);
  await expect(replica.whenReady()).rejects.toMatchObject({ code: 'not-member' });
  release();
});

test('[REP-6] a device that cannot keep copies of documents goes on without them', async () => {
  const kept = createMemoryLocalStore();
  const broken = async () => {
    throw new DOMException('no space', 'QuotaExceededError');
  };
  const store = { ...kept, openReplica: broken, deleteReplica: broken };
  const alice = await people.signUp('alice', { store });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  await alice.engine.showConversation(id);
  await alice.engine.sendMessage(id, { text: 'from alice' });
  await until(async () => expect(await textsOf(bob, id)).toEqual(['from alice']));
  await alice.engine.leader()!.online()!.parts.replicas.segment(id, 1).replica.renew();
  await bob.engine.sendMessage(id, { text: 'from bob' });
  await until(async () => expect(await textsOf(alice, id)).toEqual(['from alice', 'from bob']));
  await until(async () => expect((await alice.views.unsent().get()).pending).toBe(0));
  expect(alice.logged.join()).toContain('QuotaExceededError');
});

test('[REP-6] a document of which the server says nothing is asked for again', async () => {
  let isSilent = true;
  const real = createRealTimers();
  const alice = await people.signUp('alice', {
    overrides: {
      timers: { ...real, after: (ms, run) => real.after(ms === 15_000 ? 200 : ms, run) },
      WebSocket: faultySocket({
        incoming: (document, text) =>
          isSilent && document.endsWith('/1') && document.startsWith('conv') ? null : text,
      }),
    },
  });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  await alice.engine.sendMessage(id, { text: 'hello' });
  await until(() => expect(alice.logged.join()).not.toBe(''));
  isSilent = false;
  await until(async () => expect(await textsOf(bob, id)).toEqual(['hello']));
});
