import type { ConversationId } from '@kith/schema/ids';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { gatherPeople, type People, type Person, textsOf, until } from './test/people.ts';
import { type ServerHarness, startServer } from './test/server-harness.ts';

let server: ServerHarness;
let people: People;

beforeAll(async () => {
  server = await startServer();
  people = gatherPeople(server.origin);
});
afterEach(() => people.closeAll());
afterAll(() => server.close());

const sendMany = async (person: Person, id: ConversationId, name: string, count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await person.engine.sendMessage(id, { text: `${name} ${n}` });
};

test('[REP-4] a segment that fills up under two writers refuses nobody for good: all arrive once, in order', async () => {
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  await Promise.all([sendMany(alice, id, 'a', 700), sendMany(bob, id, 'b', 700)]);
  for (const person of [alice, bob]) {
    await until(async () => expect((await person.views.unsent().get()).pending).toBe(0), 60_000);
    expect((await person.views.unsent().get()).refused).toBe(0);
  }
  await until(async () => expect((await alice.store.conversation(id))?.segments.length).toBeGreaterThan(1));
  await sendMany(alice, id, 'next', 100);
  for (const person of [alice, bob]) {
    await until(async () => expect(await person.store.messageCount(id)).toBe(1_500), 30_000);
  }
  const texts = (await alice.views.timeline(id, 2_000).get()).items.map(({ message }) => message.eventId);
  expect(new Set(texts).size).toBe(1_500);
  expect((await bob.views.timeline(id, 2_000).get()).items.map(({ message }) => message.eventId)).toEqual(texts);

  const carol = await people.signUp('carol');
  const link = await alice.engine.createInvite(id, { role: 'member', expiresInSeconds: 3_600, maxUses: 1 });
  await carol.engine.joinByInvite(link);
  await carol.engine.showConversation(id);
  await until(async () => expect((await textsOf(carol, id)).length).toBeGreaterThan(50));
  const newest = await carol.store.messageCount(id);
  expect(newest).toBeLessThan(1_500);
  expect((await carol.views.timeline(id, 50).get()).moreElsewhere).toBe(true);
  while (await carol.engine.loadOlder(id));
  expect(await carol.store.messageCount(id)).toBe(1_500);
  expect((await carol.views.timeline(id, 2_000).get()).items.map(({ message }) => message.eventId)).toEqual(texts);
}, 120_000);
