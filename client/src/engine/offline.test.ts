import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSqliteLocalStore } from './storage/sqlite-local-store.ts';
import { gatherPeople, type People, textsOf, timelineOf, until } from './test/people.ts';
import { type ServerHarness, startServer } from './test/server-harness.ts';

let server: ServerHarness;
let people: People;
let profileDir: string;

beforeEach(async () => {
  server = await startServer();
  people = gatherPeople(server.origin);
  profileDir = mkdtempSync(join(tmpdir(), 'kith-profile-'));
});
afterEach(async () => {
  await people.closeAll();
  await server.close();
  rmSync(profileDir, { recursive: true, force: true });
});

const openProfile = () => createSqliteLocalStore({ profileDir, subtle: crypto.subtle });

test('[OUT-1] the server killed while two people write: everything arrives once, in order, on both sides', async () => {
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  const sent: string[] = [];
  for (let n = 0; n < 40; n++) {
    await alice.engine.sendMessage(id, { text: `a${n}` });
    await bob.engine.sendMessage(id, { text: `b${n}` });
    sent.push(`a${n}`, `b${n}`);
    if (n === 15) await server.kill();
    if (n === 25) await server.start();
  }
  for (const person of [alice, bob]) {
    await until(async () => expect(await person.views.unsent().get()).toEqual({ pending: 0, refused: 0 }), 40_000);
  }
  for (const person of [alice, bob]) {
    await until(async () => expect([...(await textsOf(person, id))].sort()).toEqual([...sent].sort()));
    const texts = await textsOf(person, id);
    expect(texts.filter((text) => text.startsWith('a'))).toEqual(sent.filter((text) => text.startsWith('a')));
    expect(texts.filter((text) => text.startsWith('b'))).toEqual(sent.filter((text) => text.startsWith('b')));
  }
  expect(await textsOf(alice, id)).toEqual(await textsOf(bob, id));
}, 60_000);

test('[ENG-1] reopened cold without a server the history is there and one can write; later all of it arrives once', async () => {
  const store = openProfile();
  const alice = await people.signUp('alice', { store });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  await bob.engine.sendMessage(id, { text: 'before' });
  await alice.engine.sendMessage(id, { text: 'both here' });
  await until(async () => expect(await textsOf(alice, id)).toHaveLength(2));
  await until(async () => expect((await alice.views.unsent().get()).pending).toBe(0));
  await alice.close();
  await store.close();
  await server.kill();

  const cold = openProfile();
  const again = await people.open('alice', { store: cold });
  expect(await textsOf(again, id)).toHaveLength(2);
  for (const text of ['one', 'two', 'three']) await again.engine.sendMessage(id, { text });
  const made = await again.engine.createConversation({ kind: 'group', title: 'Made offline' });
  await again.engine.sendMessage(made, { text: 'first' });
  expect((await timelineOf(again, id)).map(({ tick }) => tick).slice(-3)).toEqual(['pending', 'pending', 'pending']);
  await again.close();
  await cold.close();

  const reopened = openProfile();
  const third = await people.open('alice', { store: reopened });
  await bob.engine.sendMessage(id, { text: 'meanwhile' });
  await server.start();
  await until(async () => expect((await third.views.unsent().get()).pending).toBe(0), 40_000);
  await until(async () => expect(await textsOf(third, id)).toHaveLength(6), 40_000);
  await until(async () => expect(await textsOf(bob, id)).toHaveLength(6), 40_000);
  expect(await textsOf(bob, id)).toEqual(await textsOf(third, id));
  expect((await textsOf(bob, id)).filter((text) => ['one', 'two', 'three'].includes(text))).toEqual([
    'one',
    'two',
    'three',
  ]);
  expect((await third.views.conversation(made).get())?.state).toBe('joined');
  expect((await timelineOf(third, made))[0]?.tick).toBe('stored');
  await third.close();
  await reopened.close();
}, 60_000);
