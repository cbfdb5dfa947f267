import { parseDocName } from '@kith/schema/doc-name';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
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

const isSegment = (document: string): boolean => parseDocName(document)?.type === 'segment';

test('[ENG-8] what an open document was not told of is fetched before the device claims to have it', async () => {
  let isDeaf = false;
  const WebSocket = faultySocket({
    incoming: (_, text) => (isDeaf && text.includes('"notices"') ? null : text),
    incomingSync: (document) => !(isDeaf && isSegment(document)),
  });
  const alice = await people.signUp('alice', { overrides: { WebSocket } });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  await alice.engine.showConversation(id);
  await bob.engine.sendMessage(id, { text: 'heard' });
  await until(async () => expect(await textsOf(alice, id)).toEqual(['heard']));
  isDeaf = true;
  const unheard = await bob.engine.sendMessage(id, { text: 'unheard' });
  await until(async () => expect((await bob.views.unsent().get()).pending).toBe(0));
  isDeaf = false;
  await alice.engine.leader()!.online()!.parts.catchUp.conversation(id);
  expect((await alice.store.message(unheard))?.arrival).toBe((await alice.store.conversation(id))?.position);
});

test('[ENG-8] who comes back opens one document of a conversation that changed, and none of the others', async () => {
  const opened: string[] = [];
  const WebSocket = faultySocket({
    incoming: (document, text) => {
      if (text.includes('"attached"')) opened.push(document);
      return text;
    },
  });
  const alice = await people.signUp('alice', { overrides: { WebSocket } });
  const bob = await people.signUp('bob');
  const [quiet, busy] = [await people.together(alice, bob), await people.together(alice, bob)];
  for (const id of [quiet, busy]) {
    const before = await bob.engine.sendMessage(id, { text: 'before' });
    const hasIt = async () => expect((await alice.store.conversation(id))?.position).toBeGreaterThan(1);
    await until(async () => expect(await alice.store.message(before)).not.toBeNull());
    await until(hasIt);
  }
  const { connection } = alice.engine.leader()!.online()!.parts;
  connection.pause();
  opened.length = 0;
  await bob.engine.sendMessage(busy, { text: 'missed' });
  await until(async () => expect((await bob.views.unsent().get()).pending).toBe(0));
  connection.start();
  await until(async () => expect(await textsOf(alice, busy)).toEqual(['before', 'missed']));
  const ofConversations = opened.filter((document) => document.startsWith('conversation/'));
  expect(ofConversations).toEqual([`conversation/${busy}/1`]);
});
