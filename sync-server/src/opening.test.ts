import { accountDocName, headName, segmentName } from '@kith/schema/doc-name';
import { readHead } from '@kith/schema/documents/head';
import { type AccountId, type ConversationId, createId } from '@kith/schema/ids';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryDocumentStore } from './storage/memory-document-store.ts';
import { createConversation, type TestConversation } from './test/conversation.ts';
import { makeEvent, testRandom } from './test/events.ts';
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

test('[SYN-2] a document opens with a token of its own conversation only', async () => {
  const other = createConversation(server, new Map([[alice, 'owner']]));
  const { tokens } = server;
  const withToken = (token: string) => refusalOf(alice, conversation.head, { token });
  expect(await withToken('')).toBe('token-invalid');
  expect(await withToken('not a token')).toBe('token-invalid');
  expect(await withToken(await tokens.access(alice.person))).toBe('token-invalid');
  expect(await withToken(await tokens.document(alice.person, other.head))).toBe('token-invalid');
  expect(await withToken(await tokens.document(alice.person, `account/${alice.person.account}`))).toBe('token-invalid');
  expect(await withToken(await tokens.document(alice.person, conversation.head, { seconds: -60 }))).toBe(
    'token-expired',
  );
  expect(await withToken(await tokens.document(alice.person, conversation.head))).toBeUndefined();
});

test('[SYN-2] [DOC-1] names that are not exactly a document of the token are refused', async () => {
  const { account } = alice.person;
  const { id } = conversation;
  const doc = conversation.head;
  const attempt = async (name: string, tokenDoc: string) =>
    refusalOf(alice, name, { token: await server.tokens.document(alice.person, tokenDoc) });
  for (const name of [`${doc}/`, `${doc}/0`, `${doc}/01`, `${doc}/1/2`, `x/${id}`, `Conversation/${id}`]) {
    expect([name, await attempt(name, doc)]).toEqual([name, 'document-unknown']);
  }
  expect(await attempt(segmentName(id, 2), doc)).toBe('document-unknown');
  expect(await attempt(accountDocName(account, 2), `account/${account}`)).toBe('document-unknown');
  expect(await attempt(accountDocName(bob.person.account, 1), `account/${bob.person.account}`)).toBe(
    'document-unknown',
  );
  expect(await attempt(accountDocName(account, 1), `account/${account}`)).toBeUndefined();
});

test('[SYN-3] only members open a conversation, whatever their token says', async () => {
  const stranger = server.device();
  expect(await refusalOf(stranger, conversation.head)).toBe('not-member');
  expect(await refusalOf(stranger, headName(createId<ConversationId>(testRandom)))).toBe('document-unknown');
  expect(await refusalOf(bob, conversation.segment(1))).toBeUndefined();
});

test('[SYN-3] a directory that is down is no verdict about the person', async () => {
  await until(() => {
    timers.advance(5_000); // until nothing is cached any more
    return timers.now() > 1_020_000;
  });
  server.directory.isDown = true;
  expect(await refusalOf(alice, conversation.head)).toBe('unavailable');
  server.directory.isDown = false;
  expect(await refusalOf(alice, conversation.head)).toBeUndefined();
});

test('[SYN-6] the first message on every document is `attached`, each time with another client id', async () => {
  const names = [conversation.head, conversation.segment(1), conversation.segment(1)];
  const documents = await Promise.all([...names.map((name) => alice.attach(name).ready()), alice.channel().ready()]);
  for (const { messages } of documents) {
    expect(messages[0]).toMatchObject({ type: 'attached', incarnation: 1, serverTimeMs: timers.now() });
  }
  expect(new Set(documents.map(({ doc }) => doc.clientID)).size).toBe(4);
});

test('[SYN-7] [DOC-2] a new conversation has a head that says what the directory says, and segment 1', async () => {
  const head = readHead((await bob.attach(conversation.head).ready()).doc);
  expect(head).toMatchObject({
    kind: 'group',
    version: 1,
    epoch: 1,
    segments: [{ n: 1, state: 'open', firstArrival: 1 }],
  });
  expect([...head.roleByAccount]).toEqual([
    [alice.person.account, 'owner'],
    [bob.person.account, 'member'],
  ]);
});

test('[SYN-7] an open head follows the directory at once, a closed one when it is opened', async () => {
  const { doc } = await bob.attach(conversation.head).ready();
  server.directory.rename(conversation.id, 'Renamed');
  server.directory.setRole(conversation.id, bob.person.account, 'admin');
  await until(() => readHead(doc).version === 3, 'the new version');
  expect(readHead(doc).roleByAccount.get(bob.person.account)).toBe('admin');
  bob.close();
  await until(() => {
    timers.advance(5_000);
    return server.sync.health().documents === 0;
  }, 'the head to leave memory');
  server.directory.setRole(conversation.id, bob.person.account, null);
  const later = readHead((await alice.attach(conversation.head).ready()).doc);
  expect([later.version, later.roleByAccount.has(bob.person.account)]).toEqual([4, false]);
});

test('[SYN-3] readers, and tokens to read with, open but do not write', async () => {
  server.directory.setRole(conversation.id, bob.person.account, 'reader');
  const reader = await bob.attach(conversation.segment(1)).ready();
  const reading = await alice.attach(conversation.segment(1), { perm: 'read' }).ready();
  for (const attached of [reader, reading]) {
    attached.append(makeEvent());
    await until(() => attached.of('rejected').length > 0, 'the refusal');
    expect(attached.of('rejected')[0]?.code).toBe('read-only');
  }
});

test('[SYN-3] the role is asked at every message, not only at the opening', async () => {
  const open = await bob.attach(conversation.segment(1)).ready();
  open.append(makeEvent());
  await until(() => open.stored().size === 1, 'the acknowledgement');
  server.directory.setRole(conversation.id, bob.person.account, 'reader');
  open.append(makeEvent());
  await until(() => open.of('rejected').length === 1, 'the refusal');
  expect(open.of('rejected')[0]?.code).toBe('read-only');
});

test('[SYN-5] a token is renewed over the open socket; one that is not ends the connection after a while', async () => {
  const renewed = await alice.attach(conversation.head, { seconds: 60 }).ready();
  const expired = await alice.attach(conversation.segment(1), { seconds: 60 }).ready();
  const channel = await alice.channel().ready();
  const letTimePass = async (ms: number): Promise<void> => {
    for (const end = timers.now() + ms; timers.now() < end; ) {
      timers.advance(5_000);
      const echoes = channel.of('heartbeat').length;
      channel.send({ type: 'heartbeat' });
      await until(() => channel.of('heartbeat').length > echoes, 'the echo');
    }
  };
  await letTimePass(55_000);
  await renewed.provider.sendToken();
  await letTimePass(30_000);
  expect([expired.reasons, renewed.reasons]).toEqual([[], []]);
  await letTimePass(15_000);
  await until(() => expired.reasons.length > 0, 'the closing');
  expect([expired.reasons[0], renewed.reasons]).toEqual(['token-expired', []]);
});

test("[SYN-5] somebody else's token does not renew", async () => {
  let token = await server.tokens.document(bob.person, conversation.head);
  const open = await bob.attach(conversation.head, { token: async () => token }).ready();
  token = await server.tokens.document(alice.person, conversation.head);
  await open.provider.sendToken();
  await until(() => open.reasons.length > 0, 'the closing');
  expect(open.reasons[0]).toBe('token-invalid');
});

test('[STO-4] a document that cannot be read is refused as unavailable, never opened empty', async () => {
  const writer = await alice.attach(conversation.segment(1)).ready();
  writer.append(makeEvent());
  await until(() => writer.stored().size === 1, 'the acknowledgement');
  alice.close();
  await until(() => {
    timers.advance(5_000);
    return server.sync.health().documents === 0;
  }, 'the document to leave memory');
  store.isUnreadable = true;
  const refused = bob.attach(conversation.segment(1));
  await until(() => {
    timers.advance(1_000);
    return refused.reasons.length > 0;
  }, 'the refusal');
  expect(refused.reasons[0]).toBe('unavailable');
  store.isUnreadable = false;
  const { doc } = await bob.attach(conversation.segment(1)).ready();
  expect(doc.share.size).toBe(1);
});

test('[SYN-2] an account document is for its account only', async () => {
  const channel = await alice.channel().ready();
  channel.doc.getMap('settings').set('theme', Uint8Array.of(0, 1));
  await until(() => channel.of('stored').length === 1, 'the acknowledgement');
  expect(channel.of('stored')[0]?.events).toEqual([]);
  const sibling = await server.device(server.person(alice.person.account)).channel().ready();
  expect(sibling.doc.getMap('settings').get('theme')).toEqual(Uint8Array.of(0, 1));
  const foreign = accountDocName(createId<AccountId>(testRandom), 1);
  expect(await refusalOf(alice, foreign)).toBe('document-unknown');
});
