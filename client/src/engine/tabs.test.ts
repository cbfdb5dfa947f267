import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Presence } from './engine-api.ts';
import { createMemoryProfile } from './storage/memory/memory-profile.ts';
import { createMemoryLocalStore } from './storage/memory-local-store.ts';
import { gatherPeople, type People, type Person, textsOf, tickOf, until } from './test/people.ts';
import { type ServerHarness, startServer } from './test/server-harness.ts';
import { createBrowser } from './test/tabs.ts';

let server: ServerHarness;
let people: People;

beforeAll(async () => {
  server = await startServer();
  people = gatherPeople(server.origin);
});
afterEach(() => people.closeAll());
afterAll(() => server.close());

const openTabs = async (): Promise<readonly [Person, Person]> => {
  const browser = createBrowser();
  const profile = createMemoryProfile();
  const tab = () =>
    people.open('alice', {
      store: createMemoryLocalStore(profile),
      overrides: { leadership: browser.leadership(), tabs: browser.channel() },
    });
  const tabs = [await tab(), await tab()] as const;
  const [first] = tabs;
  const handle = `tabs-${crypto.randomUUID().slice(0, 8)}`;
  await first.engine.signUpWithPassword({
    handle,
    name: 'alice',
    password: 'correct horse battery 17',
    deviceName: 'x',
  });
  for (const each of tabs) await each.online();
  return tabs;
};

test('[LDR-1] of two tabs one talks to the server, and the other takes over when it closes', async () => {
  const [first, second] = await openTabs();
  const bob = await people.signUp('bob');
  const id = await people.together(first, bob);
  expect([first.status().leader, second.status().leader]).toEqual([true, false]);
  const sent = await second.engine.sendMessage(id, { text: 'from the second tab' });
  await until(async () => expect(await textsOf(bob, id)).toEqual(['from the second tab']));
  await until(async () => expect(await tickOf(second, id, sent)).toBe('delivered'));
  await second.engine.sendMessage(id, { text: 'while the first closes' });
  await first.close();
  await until(() => expect(second.status()).toMatchObject({ leader: true, connection: 'online' }));
  await bob.engine.sendMessage(id, { text: 'to whoever leads' });
  await until(async () => expect(await textsOf(second, id)).toHaveLength(3));
  await until(async () => expect(await textsOf(bob, id)).toHaveLength(3));
});

test('[LDR-2] a tab that does not lead asks the leader, errors included', async () => {
  const [, second] = await openTabs();
  expect(await second.engine.devices()).toHaveLength(1);
  const link = { id: 'AAAAAAAAAAAAAAAAAAAAAA' as never, secret: 'AAAAAAAAAAAAAAAAAAAAAA' };
  await expect(second.engine.joinByInvite(link)).rejects.toMatchObject({ name: 'EngineError', code: 'invite-invalid' });
});

test('[LDR-3] what any tab shows is attached, and every tab hears of presence', async () => {
  const [first, second] = await openTabs();
  const bob = await people.signUp('bob');
  const id = await people.together(first, bob);
  const bobId = (await bob.views.session().get())!.account;
  let seen: Presence | null = null;
  await second.engine.onPresence(id, (presence) => {
    seen = presence;
  });
  await second.engine.showConversation(id);
  await bob.engine.showConversation(id);
  await until(() => expect(seen?.online).toEqual([bobId]));
  let ofBob: Presence | null = null;
  await bob.engine.onPresence(id, (presence) => {
    ofBob = presence;
  });
  await second.engine.setTyping(id, true);
  await until(() => expect(ofBob?.typing).toHaveLength(1));
  await second.close();
  await until(() => expect(ofBob?.online).toEqual([]));
});
