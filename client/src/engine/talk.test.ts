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
