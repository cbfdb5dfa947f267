import { bytesToBase64Url } from '@kith/schema/base64url';
import { readHead } from '@kith/schema/documents/head';
import { readLog, readLogs } from '@kith/schema/documents/segment';
import type { EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryDocumentStore } from '../storage/memory-document-store.ts';
import { createConversation, type TestConversation } from '../test/conversation.ts';
import { makeEvent } from '../test/events.ts';
import { enrol, inNextIncarnation, type Sign, type SignedMade } from '../test/signing.ts';
import type { TestDevice } from '../test/test-device.ts';
import { startTestServer, type TestServer } from '../test/test-server.ts';
import { until } from '../test/until.ts';

let server: TestServer;
let ann: TestDevice;
let bob: TestDevice;
let carol: TestDevice;
let conversation: TestConversation;
let asAnn: Sign;
let asBob: Sign;

const start = async (store = inNextIncarnation(createMemoryDocumentStore())): Promise<void> => {
  server = await startTestServer({ store });
  [ann, bob, carol] = [server.device(), server.device(), server.device()];
  conversation = createConversation(
    server,
    new Map([
      [ann, 'owner'],
      [bob, 'member'],
      [carol, 'reader'],
    ]),
  );
  [asAnn, asBob] = [await enrol(server.directory, ann.person), await enrol(server.directory, bob.person)];
};
beforeEach(() => start());
afterEach(() => server.close());

type Outcome = { eventId: EventId | null; arrival?: number; segment?: number; code?: string };

const post = (device: TestDevice, events: readonly SignedMade[], path = conversation.path): Promise<Response> =>
  server.fetch(device.person, `${path}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      events: events.map(({ account, device, bytes }) => ({ account, device, event: bytesToBase64Url(bytes) })),
    }),
  });
const bring = async (device: TestDevice, ...events: readonly SignedMade[]): Promise<Outcome[]> => {
  const answer = await post(device, events);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { events: Outcome[] }).events;
};
const codes = async (device: TestDevice, ...events: readonly SignedMade[]) =>
  (await bring(device, ...events)).map(({ code }) => code ?? 'stored');
const stored = () => server.store.arrivals(`conversation/${conversation.id}`, 0, 1_000);

test('[ADM-1] an own event comes in without a document, is told to others and answered with its arrival', async () => {
  const open = await ann.attach(conversation.segment(1)).ready();
  const channel = await carol.channel().ready();
  const event = await asBob(conversation.id);
  const [outcome] = await bring(bob, event);
  expect(outcome).toEqual({ eventId: event.eventId, arrival: expect.any(Number), segment: 1 });
  expect(await stored()).toMatchObject([{ ...bob.person, eventId: event.eventId, arrival: outcome?.arrival }]);
  await until(() => readLog(open.doc, bob.person).length === 1, 'the event in the open segment');
  expect(readLog(open.doc, bob.person)).toEqual([event.bytes]);
  await until(() => channel.of('notices').length === 1, 'the notice');
  expect(channel.of('notices')[0]?.notices[0]).toMatchObject({ ...bob.person, event: event.bytes });
});

test('[ADM-1] what is known is answered with its place, so that an answer that was lost may be asked for again', async () => {
  const event = await asBob(conversation.id);
  const first = await bring(bob, event);
  expect(await bring(bob, event)).toEqual(first);
  expect(await bring(carol, event, event)).toEqual([...first, { eventId: event.eventId, code: 'event-exists' }]);
  expect(await stored()).toHaveLength(1);
});

test('[ADM-2] others bring what the server lost: into the log of its author, who goes on from there', async () => {
  const events = [await asAnn(conversation.id), await asAnn(conversation.id), await asBob(conversation.id)];
  expect(await codes(carol, ...events)).toEqual(['stored', 'stored', 'stored']);
  const open = await ann.attach(conversation.segment(1)).ready();
  expect(readLog(open.doc, ann.person)).toEqual([events[0]?.bytes, events[1]?.bytes]);
  const next = await asAnn(conversation.id);
  open.append(next);
  await until(() => open.stored().has(next.eventId), 'the acknowledgement');
  expect(await stored()).toHaveLength(4);
  const again = await asBob(conversation.id);
  expect(await codes(carol, again)).toEqual(['stored']); // the server's client id goes on too
});

test('[ADM-2] from a server that has lost nothing others have nothing to bring', async () => {
  await server.close();
  await start(createMemoryDocumentStore());
  expect(await codes(bob, await asAnn(conversation.id), await asBob(conversation.id))).toEqual(['forbidden', 'stored']);
});

test('[ADM-2] readers write nothing of their own; who is not in it brings nothing at all', async () => {
  const asCarol = await enrol(server.directory, carol.person);
  expect(await codes(carol, await asCarol(conversation.id))).toEqual(['read-only']);
  const stranger = server.device();
  expect((await post(stranger, [await asAnn(conversation.id)])).status).toBe(403);
  expect(await stored()).toEqual([]);
});

test('[ADM-3] others’ events count as of the epoch they name: former members’ come back, none from outside it', async () => {
  const { directory } = server;
  directory.setRole(conversation.id, bob.person.account, 'reader'); // epoch 2
  directory.setRole(conversation.id, bob.person.account, null); // epoch 3
  const ofEpochs = await Promise.all([1, 2, 3, 4].map((epoch) => asBob(conversation.id, { epoch })));
  expect(await codes(ann, ...ofEpochs)).toEqual(['stored', 'forbidden', 'forbidden', 'forbidden']);
});

test('[ADM-4] [SIG-1] what was altered, forged, moved or signed by a device nobody knows is refused', async () => {
  const event = await asAnn(conversation.id);
  const altered = event.bytes.slice();
  altered[altered.length - 70]! ^= 1; // in the body
  const neighbour = createConversation(server, new Map([[bob, 'owner']]));
  const hostile = [
    { ...event, bytes: altered },
    { ...(await asBob(conversation.id)), ...ann.person },
    { ...(await asAnn(conversation.id)), device: bob.person.device },
    await asAnn(neighbour.id),
    { ...(await asAnn(conversation.id)), account: bob.person.account },
    { ...makeEvent(), ...server.person(ann.person.account) },
  ];
  expect(await codes(bob, ...hostile)).toEqual(hostile.map(() => 'event-signature'));
  expect(await stored()).toEqual([]);
  expect(await codes(bob, event)).toEqual(['stored']); // its id was not used up
});

test('[ADM-4] headers are checked as the guard does, and the rest of the request is taken', async () => {
  const target = await asAnn(conversation.id);
  const elsewhere = await asAnn(conversation.id, { target: (await asAnn(conversation.id)).eventId });
  const outcomes = await bring(
    bob,
    await asBob(conversation.id, { timeMs: Date.now() + 10 * LIMITS.clockAheadMs }),
    await asBob(conversation.id, { epoch: 7 }),
    elsewhere,
    { ...target, bytes: target.bytes.subarray(0, 60) },
    target,
    await asBob(conversation.id, { target: target.eventId }),
  );
  const told = outcomes.map(({ code }) => code ?? 'stored');
  expect(told).toEqual(['clock-ahead', 'event-epoch', 'segment-wrong', 'event-malformed', 'stored', 'stored']);
  expect(outcomes[3]?.eventId).toBeNull();
});

test('[ADM-4] what changes a message goes to its segment, also when that is closed', async () => {
  const target = await asAnn(conversation.id);
  await bring(bob, target);
  const head = await carol.attach(conversation.head).ready();
  const first = await ann.attach(conversation.segment(1), { scope: 'bulk' }).ready();
  for (let count = 1; count < LIMITS.segmentEvents; count += LIMITS.batchEvents) {
    const before = first.stored().size;
    first.append(...(await Promise.all(Array.from({ length: LIMITS.batchEvents }, () => asAnn(conversation.id)))));
    await until(() => first.stored().size > before, 'the acknowledgement');
  }
  await until(() => readHead(head.doc).segments.length === 2, 'the next segment');
  const outcomes = await bring(
    bob,
    await asBob(conversation.id, { target: target.eventId }),
    await asBob(conversation.id),
  );
  expect(outcomes.map(({ segment }) => segment)).toEqual([1, 2]);
});

test('[ADM-5] many who bring the same at once store it once', async () => {
  const events = await Promise.all(Array.from({ length: 40 }, () => asAnn(conversation.id)));
  const all = await Promise.all([bring(bob, ...events), bring(carol, ...events), bring(ann, ...events)]);
  expect(await stored()).toHaveLength(40);
  for (const outcomes of all)
    expect(outcomes.every(({ code }) => code === undefined || code === 'event-exists')).toBe(true);
  const segment = await bob.attach(conversation.segment(1)).ready();
  expect(readLogs(segment.doc).map(({ events: log }) => log.length)).toEqual([40]);
});

test('[ADM-5] requests are bounded: in events, in bytes, at once and in a row for each account', async () => {
  const many = Array.from({ length: LIMITS.broughtEvents + 1 }, () => ({ ...makeEvent(), ...bob.person }));
  expect((await post(bob, many)).status).toBe(400);
  const large = { ...bob.person, eventId: many[0]!.eventId, bytes: new Uint8Array(LIMITS.eventBytes) };
  expect(
    (
      await post(
        bob,
        Array.from({ length: 20 }, () => large),
      )
    ).status,
  ).toBe(413);
  const event = await asBob(conversation.id);
  const atOnce = await Promise.all(Array.from({ length: 6 }, () => post(bob, [event])));
  expect(atOnce.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 429, 429]);
  let answers = 0;
  for (; (await post(bob, [event])).status === 200; answers++) expect(answers).toBeLessThan(150);
  expect(answers).toBeGreaterThan(90);
  expect(await codes(carol, event)).toEqual(['stored']);
});
