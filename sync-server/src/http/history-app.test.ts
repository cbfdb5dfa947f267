import { type ConversationId, createId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NO_RATES } from '../limits/rates.ts';
import { createConversation, type TestConversation } from '../test/conversation.ts';
import { makeEvents, testRandom } from '../test/events.ts';
import type { Attached, TestDevice } from '../test/test-device.ts';
import { startTestServer, type TestServer } from '../test/test-server.ts';
import type { Person } from '../test/test-tokens.ts';
import { until } from '../test/until.ts';

let server: TestServer;
let alice: TestDevice;
let bob: TestDevice;
let conversation: TestConversation;

beforeEach(async () => {
  server = await startTestServer({ rates: NO_RATES });
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

const getJson = async (person: Person, path: string) => (await server.fetch(person, path)).json();
const post = (person: Person, path: string, body: string, type = 'application/json') =>
  server.fetch(person, path, { method: 'POST', headers: { 'content-type': type }, body });
const write = async (segment: Attached, count: number): Promise<void> => {
  for (let done = 0; done < count; done += LIMITS.batchEvents) {
    const before = segment.stored().size;
    segment.append(...makeEvents(Math.min(LIMITS.batchEvents, count - done)));
    await until(() => segment.stored().size > before, 'the acknowledgement');
  }
};

test('[SYN-10] [API-1] nothing is answered without an access token, and no stack trace ever', async () => {
  const answers = [
    await server.sync.http.request('/api/index'),
    await server.sync.http.request('/api/index', { headers: { authorization: 'Bearer x' } }),
    await server.sync.http.request('/api/index', {
      headers: { authorization: `Bearer ${await server.tokens.document(alice.person, conversation.head)}` },
    }),
    await server.sync.http.request('/api/index', {
      headers: { authorization: `Bearer ${await server.tokens.access(alice.person, -60)}` },
    }),
  ];
  const codes = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { code: string }).code));
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  expect(codes).toEqual(['unauthenticated', 'token-invalid', 'token-invalid', 'token-expired']);
  server.directory.isDown = true;
  const broken = await server.fetch(alice.person, '/api/index');
  expect([broken.status, await broken.text()]).toEqual([500, expect.not.stringContaining(' at ')]);
});

test('[SYN-10] only members ask about a conversation', async () => {
  const stranger = server.person();
  const unknown = `/api/conversations/${createId<ConversationId>(testRandom)}/arrivals`;
  const paths = [
    `${conversation.path}/arrivals`,
    `${conversation.path}/receipts`,
    unknown,
    '/api/conversations/x/arrivals',
  ];
  const statuses = await Promise.all(paths.map(async (path) => (await server.fetch(stranger, path)).status));
  expect(statuses).toEqual([403, 403, 404, 404]);
  expect((await post(stranger, `${conversation.path}/known`, '{"eventIds":["x"]}')).status).toBe(403);
});

test('[SYN-10] [SYN-3] no route tells or does anything for whoever is not in, not any more, or in another conversation', async () => {
  const segment = await alice.attach(conversation.segment(1)).ready();
  await write(segment, 2);
  const [eventId] = segment.stored().keys();
  const [stranger, removed] = [server.person(), bob.person];
  const neighbour = server.device();
  createConversation(server, new Map([[neighbour, 'owner']]));
  server.directory.setRole(conversation.id, removed.account, null);
  const before = await server.store.segments(conversation.id);
  for (const person of [stranger, removed, neighbour.person]) {
    const answers = [
      await server.fetch(person, `${conversation.path}/arrivals`),
      await server.fetch(person, `${conversation.path}/receipts`),
      await post(person, `${conversation.path}/known`, JSON.stringify({ eventIds: [eventId] })),
      await post(person, `${conversation.path}/segments`, '{"action":"open"}'),
      await post(person, `${conversation.path}/segments`, '{"action":"close","n":1}'),
    ];
    for (const answer of answers) {
      expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'not-member' }]);
    }
    expect(JSON.stringify(await getJson(person, '/api/index'))).not.toContain(conversation.id);
    const channel = await (person === neighbour.person ? neighbour : server.device(person)).channel().ready();
    channel.send({ type: 'receipts', receipts: [{ conversation: conversation.id, stored: 1, read: 1 }] });
    channel.send({ type: 'heartbeat' });
    await until(() => channel.of('heartbeat').length > 0, 'the echo');
    expect(channel.of('receipts')).toEqual([]);
  }
  expect(await server.store.segments(conversation.id)).toEqual(before);
  expect(await server.store.receipts(conversation.id)).toEqual([]);
});

test('[SYN-10] [API-1] bad input is named by code, and nothing happens', async () => {
  const known = `${conversation.path}/known`;
  const bad = [
    await post(alice.person, known, '{'),
    await post(alice.person, known, '{}', 'text/plain'),
    await post(alice.person, known, '{"eventIds":[]}'),
    await post(alice.person, known, '{"eventIds":["__proto__"]}'),
    await post(alice.person, known, JSON.stringify({ eventIds: 'x'.repeat(LIMITS.jsonBodyBytes) })),
    await post(alice.person, `${conversation.path}/segments`, '{"action":"drop"}'),
    await server.fetch(alice.person, `${conversation.path}/arrivals?after=-1`),
    await server.fetch(alice.person, `${conversation.path}/arrivals?after=1e9`),
    await server.fetch(alice.person, '/api/nothing'),
  ];
  const codes = await Promise.all(bad.map(async (answer) => ((await answer.json()) as { code: string }).code));
  expect(codes).toEqual([
    'bad-json',
    'not-json',
    'bad-request',
    'bad-request',
    'too-large',
    'bad-request',
    'bad-request',
    'bad-request',
    'not-found',
  ]);
  expect(await server.store.segments(conversation.id)).toEqual([]);
});

test('[SYN-10] the index says where each conversation of the account stands, and whether that changed', async () => {
  const quiet = createConversation(server, new Map([[bob, 'owner']]));
  const segment = await alice.attach(conversation.segment(1)).ready();
  await write(segment, 3);
  const last = Math.max(...segment.stored().values());
  const channel = await bob.channel().ready();
  channel.send({ type: 'receipts', receipts: [{ conversation: conversation.id, stored: last, read: last - 1 }] });
  await until(() => channel.of('receipts').length > 0, 'the receipts');

  const answer = await server.fetch(bob.person, '/api/index');
  const line = { conversation: conversation.id, incarnation: 1, lastArrival: last, stored: last, read: last - 1 };
  const empty = { conversation: quiet.id, incarnation: 1, lastArrival: 0, stored: 0, read: 0 };
  expect(await answer.json()).toEqual({ conversations: [line, empty] });
  const sibling = server.person(bob.person.account);
  expect(await getJson(sibling, '/api/index')).toMatchObject({ conversations: [{ stored: 0, read: last - 1 }, {}] });
  const stranger = server.person();
  expect(await getJson(stranger, '/api/index')).toEqual({ conversations: [] });

  const etag = answer.headers.get('etag') ?? '';
  const ask = () => server.fetch(bob.person, '/api/index', { headers: { 'if-none-match': etag } });
  expect((await ask()).status).toBe(304);
  await write(segment, 1);
  expect((await ask()).status).toBe(200);
});

test('[SYN-10] arrivals come in pages, in order, from any position', async () => {
  const segment = await alice.attach(conversation.segment(1)).ready();
  await write(segment, 1_100);
  const page = async (after: number) =>
    (await getJson(bob.person, `${conversation.path}/arrivals?after=${after}`)) as {
      arrivals: { arrival: number; eventId: string }[];
      next: number | null;
    };
  const first = await page(0);
  expect([first.arrivals.length, first.next]).toEqual([LIMITS.arrivalsPage, first.arrivals.at(-1)?.arrival]);
  const second = await page(first.next ?? 0);
  expect([second.arrivals.length, second.next]).toEqual([100, null]);
  const all = [...first.arrivals, ...second.arrivals];
  expect(new Map(all.map(({ eventId, arrival }) => [eventId, arrival]))).toEqual(segment.stored());
  expect((await page(1e12)).arrivals).toEqual([]);
});
