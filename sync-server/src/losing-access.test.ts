import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryDocumentStore } from './storage/memory-document-store.ts';
import { createConversation, type TestConversation } from './test/conversation.ts';
import { createManualTimers, type ManualTimers } from './test/manual-timers.ts';
import type { AttachOptions, TestDevice } from './test/test-device.ts';
import { startTestServer, type TestServer } from './test/test-server.ts';
import { createTroubledStore, type TroubledStore } from './test/troubled-store.ts';
import { until } from './test/until.ts';

let timers: ManualTimers;
let store: TroubledStore;
let server: TestServer;
let alice: TestDevice;
let bob: TestDevice;
let conversation: TestConversation;

beforeEach(async () => {
  timers = createManualTimers();
  store = createTroubledStore(createMemoryDocumentStore());
  server = await startTestServer({ timers, clock: timers, store });
  [alice, bob] = [server.device(), server.device()];
  conversation = createConversation(
    server,
    new Map([
      [alice, 'owner'],
      [bob, 'member'],
    ]),
  );
});
afterEach(() => server.close());

const refusalOf = async (device: TestDevice, name: string, options?: AttachOptions): Promise<string | undefined> => {
  const attached = device.attach(name, options);
  await until(() => attached.reasons.length > 0 || attached.of('attached').length > 0, `an answer about ${name}`);
  return attached.reasons[0];
};

test('[SYN-4] whoever is removed loses the documents of the conversation at once, and no others', async () => {
  const removed = [await bob.attach(conversation.head).ready(), await bob.attach(conversation.segment(1)).ready()];
  const channel = await bob.channel().ready();
  const kept = await alice.attach(conversation.head).ready();
  server.directory.setRole(conversation.id, bob.person.account, null);
  await until(() => removed.every(({ reasons }) => reasons.length > 0), 'the closing', 1_000);
  expect(removed.map(({ reasons }) => reasons[0])).toEqual(['not-member', 'not-member']);
  expect([channel.reasons, kept.reasons]).toEqual([[], []]);
  await until(() => channel.of('conversations-changed').length === 1, 'the news');
  expect(await refusalOf(bob, conversation.head)).toBe('not-member');
});

test('[SYN-4] a removal whose news got lost is found within seconds', async () => {
  const open = await bob.attach(conversation.segment(1)).ready();
  server.directory.losesChanges = true;
  server.directory.setRole(conversation.id, bob.person.account, null);
  timers.advance(5_000);
  await until(() => open.reasons.includes('not-member'), 'the closing');
});

test('[SYN-4] a device whose session ended is cut off, and its sibling is not', async () => {
  const sibling = server.device(server.person(bob.person.account));
  const channel = await sibling.channel().ready();
  await bob.channel().ready();
  let code = 0;
  bob.socket.on('close', ({ event }: { event: { code: number } }) => {
    code = event.code;
  });
  server.directory.endDevice(bob.person.account, bob.person.device);
  await until(() => code !== 0, 'the socket to close', 1_000);
  expect([code, channel.reasons]).toEqual([4401, []]);
});

test('[SYN-4] tokens from before its session ended open nothing, those from signing in again do', async () => {
  const [token, access] = [
    await server.tokens.document(bob.person, conversation.head),
    await server.tokens.access(bob.person),
  ];
  const ask = (bearer: string) =>
    server.sync.http.request('/api/index', { headers: { authorization: `Bearer ${bearer}` } });
  server.directory.endDevice(bob.person.account, bob.person.device);
  expect(await refusalOf(bob, conversation.head, { token })).toBe('session-ended');
  expect((await ask(access)).status).toBe(401);
  expect(await refusalOf(alice, conversation.head)).toBeUndefined();
  timers.advance(2_000);
  server.directory.startSession(bob.person.device);
  expect(await refusalOf(bob, conversation.head)).toBeUndefined();
  expect((await ask(await server.tokens.access(bob.person))).status).toBe(200);
});

test('[SYN-4] the end of a session that nobody heard of, or that a restart forgot, counts at the next opening', async () => {
  server.directory.losesChanges = true;
  server.directory.endDevice(bob.person.account, bob.person.device);
  expect(await refusalOf(bob, conversation.head)).toBe('session-ended');
  const answer = await server.fetch(bob.person, '/api/index');
  expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'session-ended' }]);
});

test('[SYN-4] an access token of a session that was replaced since opens nothing', async () => {
  server.directory.startSession(bob.person.device, 'B'.repeat(22) as never);
  const answer = await server.fetch(bob.person, '/api/index');
  expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'token-expired' }]);
});

test('[SYN-4] a device whose session ends while its first document loads does not get it', async () => {
  store.isUnreadable = true;
  const opening = bob.attach(conversation.segment(1));
  await until(() => server.complaints.length > 0, 'the first try to load');
  server.directory.endDevice(bob.person.account, bob.person.device);
  store.isUnreadable = false;
  timers.advance(100);
  await until(() => opening.reasons.length > 0, 'the closing');
  expect([opening.reasons[0], opening.of('attached')]).toEqual(['session-ended', []]);
});

test('[SYN-4] whoever is removed while a document loads for them does not get it', async () => {
  store.isUnreadable = true;
  const opening = bob.attach(conversation.segment(1));
  await until(() => server.complaints.length > 0, 'the first try to load');
  server.directory.setRole(conversation.id, bob.person.account, null);
  store.isUnreadable = false;
  timers.advance(100);
  await until(() => opening.reasons.length > 0, 'the closing');
  expect([opening.reasons[0], opening.of('attached')]).toEqual(['not-member', []]);
});
