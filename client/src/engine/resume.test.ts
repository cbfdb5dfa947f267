import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createMemoryLocalStore } from './storage/memory-local-store.ts';
import { gatherPeople, PASSWORD, type People, type Person, textsOf, until } from './test/people.ts';
import { type ServerHarness, startServer } from './test/server-harness.ts';

let server: ServerHarness;
let people: People;

beforeAll(async () => {
  server = await startServer();
  people = gatherPeople(server.origin);
});
afterEach(() => people.closeAll());
afterAll(() => server.close());

/** Alice and Bob in a room; Alice's store outlives her engine. */
const setUp = async () => {
  const store = createMemoryLocalStore();
  const alice = await people.signUp('alice', { store });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  const session = (await store.session())!;
  /** What a browser finds after a crash: its data, and the cookie that it had written last. */
  const crash = async (cookie: string | null): Promise<void> => {
    await alice.close();
    await store.saveSession({ ...session, refreshToken: cookie });
  };
  return { store, alice, bob, id, session, crash, reopen: () => people.open('alice', { store }) };
};

const signIn = (person: Person, handle: string) =>
  person.engine.signInWithPassword({ handle, password: PASSWORD, deviceName: 'test' });

/** Through the server's own routes, as the engine's fetch sees it. */
const countingFetch = () => {
  const asked: string[] = [];
  let loseAnswers = (_: string): boolean => false;
  const fetching: typeof fetch = async (input, init) => {
    const path = new URL(String(input)).pathname;
    asked.push(path);
    const response = await fetch(input, init);
    if (loseAnswers(path)) throw new TypeError('the answer was lost');
    return response;
  };
  return {
    asked,
    fetch: fetching,
    lose: (isLost: (path: string) => boolean) => {
      loseAnswers = isLost;
    },
  };
};

test('[RES-1] without its cookie a device comes back as the same one, and what waited goes out', async () => {
  const { crash, alice, reopen, bob, id, session, store } = await setUp();
  await alice.close();
  const offline = await people.open('alice', {
    store,
    overrides: { fetch: () => Promise.reject(new TypeError('no')) },
  });
  await offline.engine.sendMessage(id, { text: 'written before the crash' });
  await offline.close();
  await crash(null);
  const again = await reopen();
  await again.online();
  await until(async () => expect(await textsOf(bob, id)).toEqual(['written before the crash']));
  expect((await again.engine.devices()).map(({ device }) => device)).toEqual([session.device]);
  expect(again.status().ended).toBeNull();
});

test('[RES-1] with an older cookie, which counts as reuse, it comes back as well, again and again', async () => {
  const { alice, session, crash, reopen, store } = await setUp();
  const first = session.refreshToken;
  for (let rotation = 0; rotation < 2; rotation++) {
    const access = await fetch(`${server.origin}/api/session/refresh`, {
      method: 'POST',
      headers: { cookie: (await store.session())?.refreshToken ?? '' },
    });
    const [cookie = ''] = access.headers.getSetCookie();
    await store.saveSession({ ...session, refreshToken: cookie.split(';')[0] ?? null });
  }
  expect(alice.status().ended).toBeNull();
  await crash(first);
  const again = await reopen();
  await again.online();
  expect((await again.views.session().get())?.device).toBe(session.device);
  await again.close();
  await store.saveSession({ ...session, refreshToken: first });
  const third = await reopen();
  await third.online();
  expect(await third.engine.devices()).toHaveLength(1);
});

test('[RES-1] answers that are lost on the way and a server that is down end nothing', async () => {
  const { crash, store, id, bob } = await setUp();
  await crash(null);
  const { fetch: lossy, lose, asked } = countingFetch();
  lose((path) => path.startsWith('/api/session'));
  const again = await people.open('alice', { store, overrides: { fetch: lossy } });
  await until(() => expect(asked.length).toBeGreaterThan(0));
  await expect(again.engine.devices()).rejects.toMatchObject({ code: 'offline' });
  lose((path) => path === '/api/session/resume');
  await expect(again.engine.devices()).rejects.toMatchObject({ code: 'offline' });
  await server.kill();
  await expect(again.engine.devices()).rejects.toMatchObject({ code: 'offline' });
  await again.engine.sendMessage(id, { text: 'kept' });
  lose(() => false);
  await server.start();
  await again.online();
  expect(again.status().ended).toBeNull();
  await until(async () => expect(await textsOf(bob, id)).toEqual(['kept']));
});

test('[RES-2] a removed device is told, keeps what it has, also when it is opened again, and goes on after signing in', async () => {
  const { alice, bob, id, session, crash, reopen } = await setUp();
  await bob.engine.sendMessage(id, { text: 'hello' });
  await until(async () => expect(await textsOf(alice, id)).toEqual(['hello']));
  const laptop = await people.open('alice');
  await signIn(laptop, session.handle);
  await crash(null);
  await laptop.engine.endDevice(session.device);
  const again = await reopen();
  await until(() => expect(again.status()).toMatchObject({ connection: 'signed-out', ended: 'session-ended' }));
  await again.engine.sendMessage(id, { text: 'written while signed out' });
  expect(await textsOf(again, id)).toEqual(['hello', 'written while signed out']);
  expect(await again.views.unsent().get()).toEqual({ pending: 1, refused: 0 });
  await expect(again.engine.devices()).rejects.toMatchObject({ code: 'signed-out' });
  expect(again.status().ended).toBe('session-ended');
  expect((await signIn(again, session.handle)).device).not.toBe(session.device);
  await until(async () => expect(await textsOf(bob, id)).toEqual(['hello', 'written while signed out']));
  expect(again.status().ended).toBeNull();
});

test('[RES-2] a device that was signed out elsewhere signs in again as itself, and its outbox is sent', async () => {
  const { alice, bob, id, session, reopen, store } = await setUp();
  await alice.close();
  const cookie = (await store.session())?.refreshToken ?? '';
  const refreshed = await fetch(`${server.origin}/api/session/refresh`, { method: 'POST', headers: { cookie } });
  const { accessToken } = (await refreshed.json()) as { accessToken: string };
  await fetch(`${server.origin}/api/session`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${accessToken}` },
  });
  const again = await reopen();
  await until(() => expect(again.status().ended).toBe('session-ended'));
  await again.engine.sendMessage(id, { text: 'kept' });
  const info = await signIn(again, ` @${session.handle.toUpperCase()} `);
  expect(info.device).toBe(session.device);
  await until(async () => expect(await textsOf(bob, id)).toEqual(['kept']));
  expect(await again.engine.devices()).toHaveLength(1);
});

test('[RES-3] nobody else comes in where somebody’s messages are, whichever way; nothing is lost by trying', async () => {
  const { alice, bob, id, session } = await setUp();
  const other = (await bob.views.session().get())!;
  const occupied = {
    code: 'forbidden',
    message: `This browser holds the messages of ${session.handle}. Sign out there first.`,
  };
  await expect(signIn(alice, other.handle)).rejects.toMatchObject(occupied);
  const person = { handle: 'somebody-new', name: 'New' };
  await expect(alice.engine.beginPasskeySignUp(person)).rejects.toMatchObject(occupied);
  const signUp = alice.engine.signUpWithPassword({ ...person, password: PASSWORD, deviceName: 'test' });
  await expect(signUp).rejects.toMatchObject(occupied);
  const { ceremony } = await alice.engine.beginPasskeySignIn();
  const response = { id: 'x', type: 'public-key', response: { userHandle: other.account } };
  const passkey = alice.engine.finishPasskey('sign-in', { ceremony, response, deviceName: 'test' });
  await expect(passkey).rejects.toMatchObject(occupied);
  await alice.engine.sendMessage(id, { text: 'still alice' });
  await until(async () => expect(await textsOf(bob, id)).toEqual(['still alice']));
  await alice.engine.signOut();
  expect((await signIn(alice, other.handle)).account).toBe(other.account);
});

test('[RES-3] a cookie of somebody else is not used: the device comes back by its own key', async () => {
  const { session, crash, reopen, bob } = await setUp();
  const cookie = (await bob.store.session())?.refreshToken ?? null;
  await bob.close();
  await crash(cookie);
  const again = await reopen();
  await again.online();
  expect((await again.engine.devices()).map(({ device }) => device)).toEqual([session.device]);
});

test('[ENG-4] signing out ends it all: no cookie, no key, no session is left', async () => {
  const { alice, session, store } = await setUp();
  const cookie = (await store.session())?.refreshToken ?? '';
  const keys = await store.deviceKeys();
  await alice.engine.signOut();
  const refreshed = await fetch(`${server.origin}/api/session/refresh`, { method: 'POST', headers: { cookie } });
  expect(refreshed.status).toBe(401);
  expect(await store.deviceKeys()).toBeNull();
  await alice.close();
  // a copy of the profile from before
  await store.saveDeviceKeys(keys!);
  await store.saveSession({ ...session, refreshToken: cookie });
  const copy = await people.open('alice', { store });
  await until(() => expect(copy.status().ended).toBe('session-ended'));
});

test('[RES-4] what is asked right after the start waits until the stored session was read', async () => {
  const { crash, reopen, session } = await setUp();
  await crash(session.refreshToken);
  const again = await reopen();
  expect(await again.engine.devices()).toHaveLength(1);
});

test('[RES-5] an invitation asked for right after the conversation was made waits for it', async () => {
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const id = await alice.engine.createConversation({ kind: 'group', title: 'Fresh' });
  const link = await alice.engine.createInvite(id, { role: 'member', expiresInSeconds: 3_600, maxUses: 5 });
  expect(await bob.engine.joinByInvite(link)).toBe(id);
});
