import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { gatherPeople, type People, textsOf, tickOf, timelineOf, until } from './test/people.ts';
import { type ServerHarness, startServer } from './test/server-harness.ts';

let server: ServerHarness;
let people: People;

beforeAll(async () => {
  server = await startServer();
  people = gatherPeople(server.origin);
});
afterEach(() => people.closeAll());
afterAll(() => server.close());

test('[ENG-10] two people talk both ways, and ticks go from pending to stored, delivered, read', async () => {
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  const hello = await alice.engine.sendMessage(id, { text: 'hello bob' });
  expect(await tickOf(alice, id, hello)).toMatch(/pending|stored/);
  await until(async () => expect(await textsOf(bob, id)).toEqual(['hello bob']));
  await until(async () => expect(await tickOf(alice, id, hello)).toBe('delivered'));
  const [seen] = await timelineOf(bob, id);
  await bob.engine.markRead(id, seen!.message.time);
  await until(async () => expect(await tickOf(alice, id, hello)).toBe('read'));
  const answer = await bob.engine.sendMessage(id, { text: 'hello alice', replyTo: hello });
  await until(async () => expect(await textsOf(alice, id)).toEqual(['hello bob', 'hello alice']));
  await until(async () => expect(await tickOf(bob, id, answer)).toBe('delivered'));
  expect((await alice.views.conversation(id).get())?.unread).toBe(1);
  expect((await alice.views.evidence(id, hello).get()).read).toMatchObject([{ name: 'bob' }]);
});

test('[ENG-15] who joins begins with everything before as read, and with what comes after as new', async () => {
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const carol = await people.signUp('carol');
  const id = await people.together(alice, bob);
  await alice.engine.sendMessage(id, { text: 'before' });
  await until(async () => expect(await textsOf(bob, id)).toEqual(['before']));
  const link = await alice.engine.createInvite(id, { role: 'member', expiresInSeconds: 3_600, maxUses: 1 });
  await carol.engine.joinByInvite(link);
  await until(async () => expect(await textsOf(carol, id)).toEqual(['before']));
  await alice.engine.sendMessage(id, { text: 'after' });
  await until(async () => expect((await carol.views.conversation(id).get())?.unread).toBe(1));
  const { items, firstUnread } = await carol.views.timeline(id, 50).get();
  expect(items.find(({ message }) => message.eventId === firstUnread)?.message).toMatchObject({ text: 'after' });
});
