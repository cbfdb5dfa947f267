import { readLog } from '@kith/schema/documents/segment';
import type { ConversationId } from '@kith/schema/ids';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importHistory } from './import/import-history.ts';
import type { ImportLine } from './import/imported-events.ts';
import { createRealTimers } from './real-timers.ts';
import { createMemoryLocalStore } from './storage/memory-local-store.ts';
import { faultySocket } from './test/faulty-socket.ts';
import { gatherPeople, PASSWORD, type People, type Person, textsOf, tickOf, timelineOf, until } from './test/people.ts';
import { type ServerHarness, startServer } from './test/server-harness.ts';

let server: ServerHarness;
let people: People;

beforeEach(async () => {
  server = await startServer();
  people = gatherPeople(server.origin);
});
afterEach(async () => {
  await people.closeAll();
  await server.close();
});

const NOTHING_WAITS = { pending: 0, refused: 0 };
const settled = (person: Person): Promise<void> =>
  until(async () => expect(await person.views.unsent().get()).toEqual(NOTHING_WAITS), 30_000);

test('[ENG-12] [REP-5] after a restore of an older backup all is back on the server once, under the same ids, and no tick claims too much', async () => {
  const bobsStore = createMemoryLocalStore();
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob', { store: bobsStore });
  const id = await people.together(alice, bob);
  await alice.engine.showConversation(id);
  await alice.engine.sendMessage(id, { text: 'a1' });
  await bob.engine.sendMessage(id, { text: 'b1' });
  for (const person of [alice, bob]) await until(async () => expect(await textsOf(person, id)).toHaveLength(2));
  for (const person of [alice, bob]) await settled(person);
  await server.kill();
  server.backUpDocuments();
  await server.start();

  const lost = await alice.engine.sendMessage(id, { text: 'a2' });
  await alice.engine.sendMessage(id, { text: 'a3' });
  await bob.engine.sendMessage(id, { text: 'b2' });
  for (const person of [alice, bob]) await until(async () => expect(await textsOf(person, id)).toHaveLength(5), 30_000);
  for (const person of [alice, bob]) await settled(person);
  await bob.engine.markRead(id, (await timelineOf(bob, id)).at(-1)!.message.time);
  await until(async () => expect(await tickOf(alice, id, lost)).toBe('read'));
  const before = (await timelineOf(alice, id)).map(({ message }) => message.eventId);
  await bob.close();
  await server.kill();
  server.restoreDocuments();
  await server.start();

  await until(async () => expect((await alice.store.conversation(id))?.incarnation).toBe(2), 30_000);
  await settled(alice);
  await until(async () => expect(await tickOf(alice, id, lost)).toBe('stored'));
  // what Bob wrote is brought by Alice
  await until(async () => expect((await timelineOf(alice, id)).every(({ arrival }) => arrival !== null)).toBe(true));

  const bobAgain = await people.open('bob', { store: bobsStore });
  await until(async () => expect((await bobsStore.conversation(id))?.incarnation).toBe(2), 30_000);
  await settled(bobAgain);
  await until(async () => expect(await tickOf(alice, id, lost)).toMatch(/delivered|read/));
  const laptop = await people.open('alice');
  const handle = (await alice.views.session().get())?.handle ?? '';
  await laptop.engine.signInWithPassword({ handle, password: PASSWORD, deviceName: 'laptop' });
  for (const person of [alice, bobAgain, laptop]) {
    await until(async () => {
      const items = await timelineOf(person, id);
      expect(items.map(({ message }) => message.eventId)).toEqual(before);
      expect(items.every(({ arrival, refused }) => arrival !== null && refused === null)).toBe(true);
    });
  }
  await alice.engine.sendMessage(id, { text: 'on it goes' });
  await until(async () => expect(await textsOf(bobAgain, id)).toHaveLength(6));
}, 120_000);

test('[ENG-12] what was imported and lost is imported again by the same import', async () => {
  const alice = await people.signUp('alice');
  const { engine, store } = alice;
  const lines = async function* (): AsyncGenerator<ImportLine> {
    for (let line = 1; line <= 5; line++) yield { line, at: 1_000 * line, author: 'somebody', text: `line ${line}` };
  };
  const importAll = (): Promise<ConversationId> =>
    importHistory(
      { engine, store, clock: Date, timers: createRealTimers() },
      { source: 'a file', title: 'Imported', lines: lines(), onProgress: () => undefined },
    );
  await server.kill();
  server.backUpDocuments();
  await server.start();
  const id = await importAll();
  await server.kill();
  server.restoreDocuments();
  await server.start();
  await until(async () => expect((await store.conversation(id))?.incarnation).toBe(2), 30_000);
  expect((await timelineOf(alice, id)).every(({ arrival }) => arrival === null)).toBe(true);
  await importAll();
  const laptop = await people.open('alice');
  const handle = (await alice.views.session().get())?.handle ?? '';
  await laptop.engine.signInWithPassword({ handle, password: PASSWORD, deviceName: 'laptop' });
  await until(async () => expect(await laptop.store.conversation(id)).not.toBeNull());
  await until(async () => {
    await laptop.engine.loadOlder(id);
    expect(await textsOf(laptop, id)).toEqual(await textsOf(alice, id));
  });
  expect(await textsOf(laptop, id)).toHaveLength(5);
}, 60_000);

test('[REP-2] [OUT-1] what the server took, gave back and lost before it was durable is sent anew', async () => {
  let isDeaf = false;
  const bob = await people.signUp('bob', {
    overrides: {
      WebSocket: faultySocket({ incoming: (_, text) => (isDeaf && /"stored"|"notices"/.test(text) ? null : text) }),
      fetch: async (input, init) => {
        if (isDeaf && String(input).endsWith('/known')) throw new TypeError('no way');
        return fetch(input, init);
      },
    },
  });
  const alice = await people.signUp('alice');
  const id = await people.together(alice, bob);
  await bob.engine.showConversation(id);
  await bob.engine.sendMessage(id, { text: 'before' });
  await settled(bob);
  await server.kill();
  server.backUpDocuments();
  await server.start();

  isDeaf = true;
  await bob.engine.sendMessage(id, { text: 'taken' });
  await until(async () => expect(await textsOf(alice, id)).toEqual(['before', 'taken']));
  const { connection, replicas } = bob.engine.leader()!.online()!.parts;
  const { replica } = replicas.segment(id, 1); // in use from here on, as by a reader
  connection.reopen();
  const self = (await bob.store.session())!;
  await until(() => {
    expect(replica).toMatchObject({ isReady: true, isTainted: false });
    expect(readLog(replica.doc, self)).toHaveLength(2);
  });
  await server.kill();
  server.rewindDocuments();
  isDeaf = false;
  await server.start();

  await settled(bob);
  const carol = await people.signUp('carol');
  const link = await alice.engine.createInvite(id, { role: 'member', expiresInSeconds: 600, maxUses: 1 });
  await carol.engine.joinByInvite(link);
  await until(async () => expect(await textsOf(carol, id)).toEqual(['before', 'taken']));
  expect(await textsOf(bob, id)).toEqual(['before', 'taken']);
}, 60_000);
