/** The whole way with a server and devices: backed up while people write, restored, and nobody has to do anything. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHeadlessEngine, type EngineStatus, type HeadlessEngine } from '@kith/client/engine';
import type { ConversationId } from '@kith/schema/ids';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type ServerProcess, startServer } from '../serve/server-process.ts';
import { testDatabases } from '../services/test/test-services.ts';
import { openDatabase, openFolder, recordsOf, testFolder } from '../store/test/filled-stores.ts';

const databases = testDatabases();
const PASSWORD = 'correct horse battery staple 17';
const until = <T>(condition: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(condition, { timeout: 60_000, interval: 50 }) as Promise<T>;

interface Person extends HeadlessEngine {
  status(): EngineStatus | null;
}

const open = async (server: ServerProcess, profileDir: string): Promise<Person> => {
  const headless = createHeadlessEngine({ server: server.url, profileDir });
  onTestFinished(() => headless.close());
  let status: EngineStatus | null = null;
  await headless.engine.onStatus((next) => {
    status = next;
  });
  return { ...headless, status: () => status };
};
const signUp = async (server: ServerProcess, handle: string, profileDir: string): Promise<Person> => {
  const person = await open(server, profileDir);
  await person.engine.signUpWithPassword({ handle, name: handle, password: PASSWORD, deviceName: 'test' });
  await until(() => expect(person.status()?.connection).toBe('online'));
  return person;
};
const together = async (ann: Person, bob: Person): Promise<ConversationId> => {
  const id = await ann.engine.createConversation({ kind: 'group', title: 'Room' });
  await until(async () => expect((await ann.views.conversation(id).get())?.state).toBe('joined'));
  const link = await ann.engine.createInvite(id, { role: 'member', expiresInSeconds: 3_600, maxUses: 5 });
  await bob.engine.joinByInvite(link);
  return id;
};
const itemsOf = async ({ views }: Person, id: ConversationId) => (await views.timeline(id, 1_000).get()).items;
const textsOf = async (person: Person, id: ConversationId): Promise<string[]> =>
  (await itemsOf(person, id)).map(({ message }) => (message.state === 'shown' ? message.text : message.state));
const allStored = (person: Person, id: ConversationId, count: number): Promise<void> =>
  until(async () => {
    const items = await itemsOf(person, id);
    expect(items).toHaveLength(count);
    expect(items.every(({ arrival, refused }) => arrival !== null && refused === null)).toBe(true);
    expect(await person.views.unsent().get()).toEqual({ pending: 0, refused: 0 });
  });

const run = async (script: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> => {
  const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  expect(await once(child, 'exit')).toEqual([0, null]);
};

for (const kind of ['files', 'a database'] as const) {
  test(`[BAK-8] on ${kind}: after a restore devices go on by themselves and bring what the backup lacks, once`, async () => {
    const database = kind === 'files' ? null : databases.createForServer();
    const env: Record<string, string> = database === null ? {} : { DATABASE_URL: database.url };
    const server = await startServer(env);
    onTestFinished(() => server.close());
    const place = database === null ? ['--data', server.dataDir] : [];
    const [folder, bobsProfile] = [testFolder(), testFolder()];
    const ann = await signUp(server, 'ann', testFolder());
    const firstBob = await signUp(server, 'bob', bobsProfile);
    const id = await together(ann, firstBob);
    await ann.engine.sendMessage(id, { text: 'ann before' });
    await firstBob.engine.sendMessage(id, { text: 'bob before' });
    for (const person of [ann, firstBob]) await allStored(person, id, 2);

    const file = join(folder, 'a.backup');
    const backup = run('backup.ts', ['--to', file, ...place], env);
    for (let n = 1; n <= 20; n++) {
      await ann.engine.sendMessage(id, { text: `ann during ${n}` });
      await firstBob.engine.sendMessage(id, { text: `bob during ${n}` });
    }
    await backup;
    for (const person of [ann, firstBob]) await allStored(person, id, 42);
    await firstBob.close();
    // each time he comes back his refresh token changes: the restored server knows none that he has
    for (let times = 0; times < 2; times++) {
      const again = await open(server, bobsProfile);
      await until(() => expect(again.status()?.connection).toBe('online'));
      await again.close();
    }
    const bob = await open(server, bobsProfile);
    await ann.engine.sendMessage(id, { text: 'ann after' });
    await bob.engine.sendMessage(id, { text: 'bob after' });
    for (const person of [ann, bob]) await allStored(person, id, 44);
    const before = (await itemsOf(ann, id)).map(({ message }) => message.eventId);

    await server.stop();
    await run('restore.ts', ['--from', file, ...(database === null ? place : ['--replace'])], env);
    await server.start();

    for (const person of [ann, bob]) {
      await until(async () => expect((await person.store.conversation(id))?.incarnation).toBeGreaterThan(1_000_000));
      await allStored(person, id, 44);
      expect(person.status()).toMatchObject({ connection: 'online', ended: null });
    }
    await bob.close();
    const bobAgain = await open(server, bobsProfile); // without a token that the server knows: by his device's key
    await bobAgain.engine.sendMessage(id, { text: 'on it goes' });
    await until(async () => expect(await textsOf(ann, id)).toContain('on it goes'));
    const laptop = await open(server, testFolder());
    await laptop.engine.signInWithPassword({ handle: 'ann', password: PASSWORD, deviceName: 'laptop' });
    for (const person of [ann, bobAgain, laptop]) {
      await until(async () => {
        await person.engine.loadOlder(id);
        const events = (await itemsOf(person, id)).map(({ message }) => message.eventId);
        expect(events.slice(0, -1)).toEqual(before);
      });
    }
    await server.stop();
    if (database === null) return;
    const target = testFolder();
    await run('store.ts', ['copy', '--from', database.url, '--to', `sqlite:${target}`], {});
    expect(await recordsOf(openFolder(target))).toEqual(await recordsOf(openDatabase(database)));
  }, 180_000);
}
