import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConversationId, EventId } from '@kith/schema/ids';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LocalStore } from './storage/local-store.ts';
import { createSqliteLocalStore } from './storage/sqlite-local-store.ts';
import { gatherPeople, PASSWORD, type People, type Person, textsOf, timelineOf, until } from './test/people.ts';
import { type ServerHarness, startServer } from './test/server-harness.ts';

const KILLS = process.env['LONG'] === undefined ? 3 : 24;
/** Of each person in each conversation between two kills: 24 rounds go beyond one segment. */
const MESSAGES = 20;
/** Waiting messages at which a writer waits for the server, so that it is killed in the middle of them. */
const WAITING = 6;
const NAMES = ['alice', 'bob', 'carol'];

let server: ServerHarness;
let people: People;
let folder: string;
let stores: LocalStore[];
beforeEach(async () => {
  server = await startServer();
  people = gatherPeople(server.origin);
  folder = mkdtempSync(join(tmpdir(), 'kith-storm-'));
  stores = [];
});
afterEach(async () => {
  await people.closeAll();
  for (const store of stores) await store.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const openProfile = (name: string): LocalStore => {
  const store = createSqliteLocalStore({ profileDir: join(folder, name), subtle: crypto.subtle });
  stores.push(store);
  return store;
};

const signUp = async (name: string): Promise<Person> => {
  const person = await people.open(name, { store: openProfile(name) });
  await person.engine.signUpWithPassword({ handle: name, name, password: PASSWORD, deviceName: 'first' });
  await person.online();
  return person;
};

const startConversation = async ([owner, second, ...others]: readonly Person[]): Promise<ConversationId> => {
  const id = await people.together(owner!, second!);
  const link = await owner!.engine.createInvite(id, { role: 'member', expiresInSeconds: 600, maxUses: 5 });
  for (const other of others) expect(await other.engine.joinByInvite(link)).toBe(id);
  return id;
};

const pendingOf = async (person: Person): Promise<number> => (await person.views.unsent().get()).pending;

const idsOf = async (person: Person, id: ConversationId): Promise<EventId[]> =>
  (await timelineOf(person, id, 100_000)).map(({ message }) => message.eventId);

/** What this person's device says that the server has. */
const acknowledgedBy = async (person: Person, id: ConversationId): Promise<EventId[]> =>
  (await timelineOf(person, id, 100_000)).flatMap(({ message, tick }) =>
    tick === null || tick === 'pending' ? [] : [message.eventId],
  );

const loadAll = async (person: Person, id: ConversationId): Promise<void> => {
  await until(async () => expect((await person.views.conversation(id).get())?.state).toBe('joined'));
  await until(async () => expect(await textsOf(person, id, 1)).toHaveLength(1));
  while (await person.engine.loadOlder(id));
};

test(
  '[OUT-1] [ACK-2] three people in two conversations, the server killed again and again: nothing is lost, nothing comes twice, one order for all',
  async () => {
    const writers: Person[] = [];
    for (const name of NAMES) writers.push(await signUp(name));
    const conversations = [await startConversation(writers), await startConversation(writers.toReversed())];
    const sent = new Map(conversations.map((id) => [id, [] as string[]]));
    const acknowledged = new Map(conversations.map((id) => [id, new Set<EventId>()]));
    let isUp = true;

    const write = async (person: Person, id: ConversationId, round: number): Promise<void> => {
      for (let n = 0; n < MESSAGES; n++) {
        const text = `${person.handle} ${round} ${n}`;
        await person.engine.sendMessage(id, { text });
        sent.get(id)?.push(text);
        if (isUp) await until(async () => expect(!isUp || (await pendingOf(person)) < WAITING).toBe(true), 60_000);
      }
    };
    const stored = async (): Promise<number> =>
      [...sent.values()].flat().length - (await Promise.all(writers.map(pendingOf))).reduce((a, b) => a + b, 0);

    for (let round = 0; round < KILLS; round++) {
      const before = await stored();
      const writing = Promise.all(writers.flatMap((person) => conversations.map((id) => write(person, id, round))));
      const enough = 10 + ((round * 37) % 90);
      await until(async () => expect((await stored()) - before).toBeGreaterThan(enough), 60_000);
      await server.kill();
      isUp = false;
      for (const id of conversations) {
        for (const person of writers)
          for (const eventId of await acknowledgedBy(person, id)) acknowledged.get(id)?.add(eventId);
      }
      await writing;
      await server.start();
      isUp = true;
    }
    for (const person of writers) {
      await until(async () => expect(await person.views.unsent().get()).toEqual({ pending: 0, refused: 0 }), 60_000);
    }

    // a device that has seen none of it shows what the server has
    const fresh = await people.open('alice', { store: openProfile('alice-again') });
    await fresh.engine.signInWithPassword({ handle: 'alice', password: PASSWORD, deviceName: 'second' });
    for (const id of conversations) {
      await loadAll(fresh, id);
      const ids = await idsOf(fresh, id);
      expect([...(await textsOf(fresh, id, 100_000))].sort()).toEqual([...(sent.get(id) ?? [])].sort());
      for (const person of writers) {
        await until(async () => expect(await idsOf(person, id)).toEqual(ids), 30_000);
        expect((await textsOf(fresh, id, 100_000)).filter((text) => text.startsWith(person.handle))).toEqual(
          sent.get(id)?.filter((text) => text.startsWith(person.handle)),
        );
      }
      expect([...(acknowledged.get(id) ?? [])].filter((eventId) => !ids.includes(eventId))).toEqual([]);
      // nobody is left behind a gap: every device counts up to the same arrival, and every message is with everybody
      const positions = async () =>
        Promise.all([fresh, ...writers].map(async ({ store }) => (await store.conversation(id))?.position));
      await until(async () => expect(new Set(await positions()).size).toBe(1), 30_000);
      await until(async () => {
        const ticks = (await timelineOf(writers[0]!, id, 100_000)).map(({ tick }) => tick);
        expect(ticks.filter((tick) => tick !== null && tick !== 'delivered')).toEqual([]);
      }, 30_000);
    }
  },
  120_000 + KILLS * 30_000,
);
