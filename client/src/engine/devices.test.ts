import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Presence } from './engine-api.ts';
import { createMemoryLocalStore } from './storage/memory-local-store.ts';
import { gatherPeople, PASSWORD, type People, textsOf, tickOf, timelineOf, until } from './test/people.ts';
import { type ServerHarness, startServer } from './test/server-harness.ts';

let server: ServerHarness;
let people: People;

beforeAll(async () => {
  server = await startServer();
  people = gatherPeople(server.origin);
});
afterEach(() => people.closeAll());
afterAll(() => server.close());

const handleOf = async (person: Awaited<ReturnType<People['signUp']>>): Promise<string> =>
  (await person.views.session().get())?.handle ?? '';

test('[ENG-7] a second device of a person gets the history, the ticks and what was read', async () => {
  const phone = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const id = await people.together(phone, bob);
  const first = await phone.engine.sendMessage(id, { text: 'from the phone' });
  await bob.engine.sendMessage(id, { text: 'from bob' });
  await until(async () => expect(await textsOf(phone, id)).toHaveLength(2));
  await until(async () => expect((await timelineOf(phone, id)).every(({ arrival }) => arrival !== null)).toBe(true));
  await phone.engine.markRead(id, (await timelineOf(phone, id)).at(-1)!.message.time);

  const laptop = await people.open('alice');
  const handle = await handleOf(phone);
  await laptop.engine.signInWithPassword({ handle, password: PASSWORD, deviceName: 'laptop' });
  await until(async () => expect(await textsOf(laptop, id)).toEqual(await textsOf(phone, id)));
  await until(async () => expect(await tickOf(laptop, id, first)).toMatch(/delivered|read/));
  await until(async () => expect((await laptop.views.conversation(id).get())?.unread).toBe(0));

  const second = await laptop.engine.sendMessage(id, { text: 'from the laptop' });
  for (const person of [phone, bob]) await until(async () => expect(await textsOf(person, id)).toHaveLength(3));
  expect((await timelineOf(phone, id)).at(-1)).toMatchObject({ own: true });
  await until(async () => expect(await tickOf(phone, id, second)).toMatch(/delivered/));
  expect(await laptop.engine.devices()).toHaveLength(2);
});

test('[PRJ-5] the key of a device that is new comes to the others when it first writes', async () => {
  const [alice, bob] = [await people.signUp('alice'), await people.signUp('bob')];
  const id = await people.together(alice, bob);
  await bob.engine.sendMessage(id, { text: 'hello' });
  await until(async () => expect(await textsOf(alice, id)).toHaveLength(1));
  const laptop = await people.open('bob');
  await laptop.engine.signInWithPassword({ handle: await handleOf(bob), password: PASSWORD, deviceName: 'laptop' });
  await until(async () => expect(await textsOf(laptop, id)).toHaveLength(1));
  await laptop.engine.sendMessage(id, { text: 'from the laptop' });
  await until(async () => expect(await textsOf(alice, id)).toHaveLength(2));
  const { account } = (await bob.views.session().get())!;
  await until(async () => {
    const member = (await alice.store.members(id)).find((one) => one.account === account);
    expect(member?.devices).toHaveLength(2);
  });
});

test('[ENG-4] a device that is ended says so, keeps what is here, and goes on after the person signs in again', async () => {
  const phone = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const id = await people.together(phone, bob);
  await bob.engine.sendMessage(id, { text: 'hello' });
  await until(async () => expect(await textsOf(phone, id)).toHaveLength(1));
  const laptop = await people.open('alice');
  const handle = await handleOf(phone);
  await laptop.engine.signInWithPassword({ handle, password: PASSWORD, deviceName: 'laptop' });
  await laptop.online();
  const session = (await phone.views.session().get())!;
  await laptop.engine.endDevice(session.device);
  await until(() => expect(phone.status()).toMatchObject({ connection: 'signed-out' }));
  expect(phone.status().ended).not.toBeNull();
  expect(await textsOf(phone, id)).toEqual(['hello']);
  await phone.engine.sendMessage(id, { text: 'written while signed out' });
  await phone.engine.signInWithPassword({ handle, password: PASSWORD, deviceName: 'phone again' });
  await until(async () => expect(await textsOf(bob, id)).toEqual(['hello', 'written while signed out']));
});

test('[ENG-3] a device that lost its refresh cookie comes back by its key', async () => {
  const store = createMemoryLocalStore();
  const alice = await people.signUp('alice', { store });
  await alice.close();
  const session = (await store.session())!;
  await store.saveSession({ ...session, refreshToken: null });
  const again = await people.open('alice', { store });
  await again.online();
  expect((await again.engine.devices()).map(({ device }) => device)).toEqual([session.device]);
  expect((await store.session())?.refreshToken).not.toBeNull();
});

test('[ENG-4] signing out leaves nothing on the device', async () => {
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  await alice.engine.signOut();
  expect(await alice.store.session()).toBeNull();
  expect(await alice.store.conversation(id)).toBeNull();
  expect(await alice.store.deviceKeys()).toBeNull();
  await until(() => expect(alice.status().connection).toBe('signed-out'));
  await expect(alice.engine.sendMessage(id, { text: 'x' })).rejects.toMatchObject({ code: 'signed-out' });
});

test('[ENG-9] presence and typing are seen by the other, typing ends, and leaving is noticed', async () => {
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  let seen: Presence = { conversation: id, online: [], typing: [] };
  await alice.engine.onPresence(id, (presence) => {
    seen = presence;
  });
  await alice.engine.showConversation(id);
  await bob.engine.showConversation(id);
  const bobId = (await bob.views.session().get())!.account;
  await until(() => expect(seen.online).toEqual([bobId]));
  await bob.engine.setTyping(id, true);
  await until(() => expect(seen.typing).toEqual([bobId]));
  await bob.engine.setTyping(id, false);
  await until(() => expect(seen.typing).toEqual([]));
  await bob.engine.showConversation(null);
  await until(() => expect(seen.online).toEqual([]));
});

test('[ENG-6] renaming, roles, leaving and removal reach everybody; the history stays with who left', async () => {
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob, 'Before');
  await alice.engine.renameConversation(id, 'After');
  await until(async () => expect((await bob.views.conversation(id).get())?.title).toBe('After'));
  const bobId = (await bob.views.session().get())!.account;
  await alice.engine.changeRole(id, bobId, 'reader');
  await until(async () => expect((await bob.views.conversation(id).get())?.role).toBe('reader'));
  const refused = await bob.engine.sendMessage(id, { text: 'may not' });
  await until(async () => expect(await bob.views.unsent().get()).toEqual({ pending: 0, refused: 1 }));
  expect((await bob.store.quarantined(refused))?.code).toBe('read-only');
  await bob.engine.discardMessage(refused);
  await alice.engine.sendMessage(id, { text: 'the last one' });
  await until(async () => expect(await textsOf(bob, id)).toEqual(['the last one']));
  await alice.engine.removeMember(id, bobId);
  await until(async () => expect((await bob.views.conversation(id).get())?.state).toBe('left'));
  expect(await textsOf(bob, id)).toEqual(['the last one']);
  await expect(bob.engine.sendMessage(id, { text: 'x' })).rejects.toMatchObject({ code: 'not-member' });
});
