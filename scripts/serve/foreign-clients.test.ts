/** The handbook's programs, taken from its page, against the real server and our own engines. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createEngineOnStore, createMemoryLocalStore, createViews } from '@kith/client/engine';
import { bytesToBase64Url } from '@kith/schema/base64url';
import { decodeEventBody, encodeEventBody } from '@kith/schema/event/event-body';
import { decodeEvent, encodeUnsignedEvent } from '@kith/schema/event/event-codec';
import { NO_PREV } from '@kith/schema/event/event-hash';
import type { EventHeader } from '@kith/schema/event/event-header';
import { EVENT_KINDS } from '@kith/schema/event/event-kind';
import { signEvent } from '@kith/schema/event/event-signature';
import { msToHlc } from '@kith/schema/hlc';
import { type AccountId, type ConversationId, createId, type DeviceId, type EventId } from '@kith/schema/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, startServer } from './server-process.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = join(ROOT, 'docs/handbook/foreign-clients.md');
const PASSWORD = 'correct horse battery staple 17';
const SEGMENT = 1;

interface Place {
  readonly server: string;
  readonly accessToken: () => string;
  readonly conversation: ConversationId;
  readonly segment: number;
}
interface Copy {
  readonly doc: object;
  destroy(): void;
}
interface Programs {
  ask(place: Place, what: string, body: object): Promise<{ readonly ticket: string }>;
  follow(place: Place, onEnd: (error: Error) => void): Promise<Copy>;
  eventsOf(doc: object): readonly { readonly log: string; readonly event: Uint8Array }[];
  append(place: Place, writer: object, what: object): Promise<void>;
}

let server: ServerProcess;
let folder: string;
let programs: Programs;
const opened: { close(): Promise<void> }[] = [];

/** Each block of code that begins with a file's name, as that file, in a folder from which our packages are found. */
const takeFromPage = async (): Promise<Programs> => {
  mkdirSync(join(ROOT, 'node_modules/.cache'), { recursive: true });
  folder = mkdtempSync(join(ROOT, 'node_modules/.cache/handbook-'));
  const blocks = [...readFileSync(PAGE, 'utf8').matchAll(/^```js\n\/\/ (\S+\.mjs)\n([\s\S]*?)^```$/gm)];
  for (const [, name = '', code = ''] of blocks) writeFileSync(join(folder, name), code);
  const load = (name: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href);
  return { ...(await load('follow.mjs')), ...(await load('append.mjs')) };
};

beforeAll(async () => {
  server = await startServer({ LOG_LEVEL: 'debug' });
  programs = await takeFromPage();
});
afterAll(async () => {
  for (const engine of opened) await engine.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const signUp = async (handle: string) => {
  const store = createMemoryLocalStore();
  const engine = createEngineOnStore({ server: server.url, store });
  opened.push(engine);
  const { account } = await engine.signUpWithPassword({ handle, name: handle, password: PASSWORD, deviceName: 'app' });
  return { account, engine, views: createViews(store) };
};

const post = async (path: string, body: object) => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await response.json()) as { account: AccountId; device: DeviceId; accessToken: string };
};

/** A device of its own for a program, signed in by HTTP alone. */
const signInProgram = async (handle: string) => {
  const keys = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const signKey = bytesToBase64Url(new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey)));
  const boxKey = bytesToBase64Url(crypto.getRandomValues(new Uint8Array(32)));
  const device = { name: 'program', signKey, boxKey };
  return { ...(await post('/api/passwords/sign-in', { handle, password: PASSWORD, device })), key: keys.privateKey };
};

const newEventId = (): EventId => createId((bytes) => crypto.getRandomValues(bytes));

const textOf = (bytes: Uint8Array): string => {
  const event = decodeEvent(bytes);
  const body = event.ok ? decodeEventBody('message', event.value.body) : null;
  return body?.ok === true ? body.value.text : 'no message';
};

test('[FRN-10] [FRN-9] [FRN-4] [RUN-8] the programs of the handbook follow, come back, append and end as it says', async () => {
  const [alice, bob] = [await signUp('alice'), await signUp('bob')];
  const conversation = await alice.engine.createConversation({ kind: 'group', title: 'Room' });
  await expect.poll(async () => (await alice.views.conversation(conversation).get())?.state).toBe('joined');
  const link = await alice.engine.createInvite(conversation, { role: 'member', expiresInSeconds: 600, maxUses: 1 });
  await bob.engine.joinByInvite(link);
  const { account, device, accessToken, key } = await signInProgram('bob');
  const place: Place = { server: server.url, accessToken: () => accessToken, conversation, segment: SEGMENT };

  const ends: string[] = [];
  const copy = await programs.follow(place, ({ message }) => void ends.push(message));
  const texts = (): string[] => programs.eventsOf(copy.doc).map(({ event }) => textOf(event));
  await alice.engine.sendMessage(conversation, { text: 'before' });
  await expect.poll(texts, { timeout: 10_000 }).toEqual(['before']);

  await server.stop();
  await server.start();
  await alice.engine.sendMessage(conversation, { text: 'after' });
  await expect.poll(texts, { timeout: 20_000 }).toEqual(['before', 'after']);

  const eventId = newEventId();
  const header: EventHeader = {
    ...{ eventId, kind: EVENT_KINDS.message, target: null, time: msToHlc(Date.now()), epoch: 2, seq: 1, prev: NO_PREV },
    ...{ expireAfterSeconds: 0, notBeforeMs: 0, notify: 'default' as const, sealed: false },
  };
  const unsigned = encodeUnsignedEvent(header, encodeEventBody('message', { text: 'from a program' }));
  const event = await signEvent(unsigned, { conversation, account, device }, key);
  await programs.append(place, { account, device }, { events: [event], eventIds: [eventId] });
  const shown = async () =>
    (await alice.views.timeline(conversation, 10).get()).items.map(({ message: m }) => m.state === 'shown' && m.text);
  await expect.poll(shown, { timeout: 10_000 }).toEqual(['before', 'after', 'from a program']);
  await expect.poll(texts).toContain('from a program');
  const again = { events: [event], eventIds: [newEventId()] };
  await expect(programs.append(place, { account, device }, again)).rejects.toThrow('event-exists');

  const { ticket } = await programs.ask(place, 'tickets', {});
  await fetch(`${server.url}/yjs/conversation/${conversation}?ticket=${ticket}`);
  expect(server.output()).toContain('/tickets');
  expect(server.output()).not.toMatch(new RegExp(`${ticket}|ticket=[^[]`));

  await alice.engine.removeMember(conversation, bob.account);
  await expect.poll(() => ends, { timeout: 10_000 }).toEqual(['not-member']);
  copy.destroy();
}, 90_000);
