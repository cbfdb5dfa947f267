import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryLocalStore } from './storage/memory-local-store.ts';
import { gatherPeople, PASSWORD, type People, textsOf, until } from './test/people.ts';
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

const removals = (): number => server.output().split('a signature does not hold').length - 1;

test('[SIG-2] [SIG-3] [PRJ-5] what a device writes with another key than its own is shown to nobody, is removed, and ends', async () => {
  const store = createMemoryLocalStore();
  const bob = await people.signUp('bob');
  const mallory = await people.signUp('mallory', { store });
  const id = await people.together(bob, mallory);
  await mallory.engine.sendMessage(id, { text: 'signed' });
  await until(async () => expect(await textsOf(bob, id)).toEqual(['signed']));
  const keys = await store.deviceKeys();
  const other = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
  if (keys === null) throw new Error('no keys');
  await mallory.close();
  await store.saveDeviceKeys({ ...keys, sign: other });

  const forging = await people.open('mallory', { store });
  await forging.online();
  for (let i = 1; i <= 3; i++) {
    await forging.engine.sendMessage(id, { text: `forged ${i}` });
    await until(() => expect(removals()).toBe(i));
  }
  await forging.engine.sendMessage(id, { text: 'one more' });
  await until(async () => expect(await forging.views.unsent().get()).toEqual({ pending: 0, refused: 1 }));
  const laptop = await people.open('bob');
  const handle = (await bob.views.session().get())?.handle ?? '';
  await laptop.engine.signInWithPassword({ handle, password: PASSWORD, deviceName: 'laptop' });
  await until(async () => expect(await textsOf(laptop, id)).toEqual(['signed']));
  await bob.engine.sendMessage(id, { text: 'on it goes' });
  for (const person of [bob, laptop])
    await until(async () => expect(await textsOf(person, id)).toEqual(['signed', 'on it goes']));
  // each came by notice and by document
  expect(new Set(bob.logged.filter((line) => line.includes('a signature does not hold'))).size).toBe(3);
  expect(server.output()).not.toContain('forged 1');
}, 60_000);
