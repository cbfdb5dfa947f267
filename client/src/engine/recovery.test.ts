import { parseDocName } from '@kith/schema/doc-name';
import { encodeEventBody } from '@kith/schema/event/event-body';
import { hlcToMs, msToHlc } from '@kith/schema/hlc';
import { type AccountId, type ConversationId, createId, type EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { importHistory } from './import/import-history.ts';
import type { ImportLine } from './import/imported-events.ts';
import { createRealTimers } from './real-timers.ts';
import { faultySocket } from './test/faulty-socket.ts';
import { gatherPeople, type People, type Person, textsOf, tickOf, timelineOf, until } from './test/people.ts';
import { type ServerHarness, startServer } from './test/server-harness.ts';

let server: ServerHarness;
let people: People;

beforeAll(async () => {
  server = await startServer();
  people = gatherPeople(server.origin);
});
afterEach(() => people.closeAll());
afterAll(() => server.close());

const isSegment = (document: string): boolean => parseDocName(document)?.type === 'segment';
const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `message ${n}`);

const sendAll = async (person: Person, id: ConversationId, texts: readonly string[]): Promise<void> => {
  for (const text of texts) await person.engine.sendMessage(id, { text });
};

test('[OUT-6] refused for its client id, every second batch is made anew and arrives once, in order', async () => {
  let attaches = 0;
  let refusals = 0;
  const WebSocket = faultySocket({
    incoming: (document, text) => {
      if (text.includes('"rejected"')) refusals++;
      const isSpoilt = isSegment(document) && text.includes('"attached"') && attaches++ % 2 === 0;
      return isSpoilt ? text.replace(/"clientId":(\d+)/, (_, n) => `"clientId":${(Number(n) + 1) % 2 ** 32}`) : text;
    },
  });
  const alice = await people.signUp('alice', { overrides: { WebSocket } });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  for (let round = 0; round < 4; round++) {
    await sendAll(
      alice,
      id,
      numbered(5).map((text) => `${round} ${text}`),
    );
    await until(async () => expect(await textsOf(bob, id)).toHaveLength((round + 1) * 5));
    await alice.engine.leader()!.online()!.parts.replicas.segment(id, 1).replica.renew();
  }
  const expected = [0, 1, 2, 3].flatMap((round) => numbered(5).map((text) => `${round} ${text}`));
  expect(await textsOf(bob, id)).toEqual(expected);
  expect(await textsOf(alice, id)).toEqual(expected);
  await until(async () => expect(await alice.views.unsent().get()).toEqual({ pending: 0, refused: 0 }));
  expect(refusals).toBeGreaterThan(0);
});

test('[OUT-6] what is refused again and again is kept with its reason after three recoveries, and can be retried', async () => {
  let isSpoiling = true;
  const WebSocket = faultySocket({
    incoming: (document, text) =>
      isSpoiling && isSegment(document)
        ? text.replace(/"clientId":(\d+)/, (_, n) => `"clientId":${(Number(n) + 1) % 2 ** 32}`)
        : text,
  });
  const alice = await people.signUp('alice', { overrides: { WebSocket } });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  const eventId = await alice.engine.sendMessage(id, { text: 'kept' });
  await until(async () => expect(await alice.views.unsent().get()).toEqual({ pending: 0, refused: 1 }));
  expect((await timelineOf(alice, id))[0]?.refused).toBe('client-id-unknown');
  isSpoiling = false;
  await alice.engine.leader()!.online()!.parts.replicas.segment(id, 1).replica.renew();
  await alice.engine.retryMessage(eventId, 'kept, and mended');
  await until(async () => expect(await textsOf(bob, id)).toEqual(['kept, and mended']));
  await until(async () => expect(await alice.views.unsent().get()).toEqual({ pending: 0, refused: 0 }));
});

test('[OUT-6] what was given up leaves those after it their own three recoveries', async () => {
  let isSpoiling = true;
  const WebSocket = faultySocket({
    incoming: (document, text) =>
      isSpoiling && isSegment(document)
        ? text.replace(/"clientId":(\d+)/, (_, n) => `"clientId":${(Number(n) + 1) % 2 ** 32}`)
        : text,
  });
  const alice = await people.signUp('alice', { overrides: { WebSocket } });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  await alice.engine.sendMessage(id, { text: 'given up' });
  await until(async () => expect(await alice.views.unsent().get()).toEqual({ pending: 0, refused: 1 }));
  // the link that is there now is spoilt still: the next message is refused once
  const { replica, release } = alice.engine.leader()!.online()!.parts.replicas.segment(id, 1);
  await replica.whenReady();
  isSpoiling = false;
  release();
  await alice.engine.sendMessage(id, { text: 'sent' });
  await until(async () => expect(await textsOf(bob, id)).toEqual(['sent']));
  await until(async () => expect(await alice.views.unsent().get()).toEqual({ pending: 0, refused: 1 }));
});

test('[OUT-6] [ENG-5] a clock that is set ahead while connected delays messages, in their order, and loses none', async () => {
  let aheadMs = 0;
  const clock = { now: () => Date.now() + aheadMs };
  const alice = await people.signUp('alice', { overrides: { clock } });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  await sendAll(alice, id, ['before']);
  await until(async () => expect((await alice.views.unsent().get()).pending).toBe(0));
  aheadMs = 3_600_000;
  const texts = numbered(LIMITS.batchEvents + 5);
  await sendAll(alice, id, texts);
  await until(async () => expect(await textsOf(bob, id)).toEqual(['before', ...texts]));
  await sendAll(alice, id, ['after']);
  await until(async () => expect(await textsOf(bob, id)).toEqual(['before', ...texts, 'after']));
  expect(await textsOf(alice, id)).toEqual(['before', ...texts, 'after']);
  const newest = (await timelineOf(bob, id)).at(-1)!.message.time;
  expect(hlcToMs(newest)).toBeLessThan(Date.now() + LIMITS.clockAheadMs);
});

test('[OUT-5] among many, only the message that cannot be stored is refused', async () => {
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  await sendAll(alice, id, numbered(7));
  // a reaction without a target: this version of the engine makes none, a faulty one might
  const guilty = createId<EventId>((bytes) => crypto.getRandomValues(bytes));
  await alice.store.enqueueEvent(
    {
      ...{ type: 'event', conversation: id, eventId: guilty, kind: 4, target: null, signed: null },
      time: await alice.store.clock(),
      body: encodeEventBody('reaction', { emoji: 'x', on: true }),
    },
    null,
  );
  await sendAll(
    alice,
    id,
    numbered(5).map((text) => `later ${text}`),
  );
  const expected = [...numbered(7), ...numbered(5).map((text) => `later ${text}`)];
  await until(async () => expect(await textsOf(bob, id)).toEqual(expected));
  await until(async () => expect(await alice.views.unsent().get()).toEqual({ pending: 0, refused: 1 }));
  expect((await alice.store.quarantined(guilty))?.code).toBe('event-target');
});

test('[REP-2] an acknowledgement that is lost with the connection is asked for, and nothing is sent twice', async () => {
  let isDeaf = true;
  const alice = await people.signUp('alice', {
    overrides: {
      WebSocket: faultySocket({
        incoming: (document, text) => (isDeaf && isSegment(document) && text.includes('"stored"') ? null : text),
      }),
    },
  });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  await sendAll(alice, id, numbered(3));
  await until(async () => expect(await textsOf(bob, id)).not.toHaveLength(0));
  expect((await alice.views.unsent().get()).pending).toBeGreaterThan(0);
  isDeaf = false;
  alice.engine.leader()!.online()!.parts.connection.reopen();
  await until(async () => expect((await alice.views.unsent().get()).pending).toBe(0));
  await until(async () => expect(await textsOf(bob, id)).toEqual(numbered(3)));
  expect(await textsOf(alice, id)).toEqual(numbered(3));
});

test('[OUT-10] what had been stored unheard, was refused and sent again, is what others have of it', async () => {
  let isDeaf = true;
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob', {
    overrides: {
      WebSocket: faultySocket({
        incoming: (document, text) => (isDeaf && isSegment(document) && text.includes('"stored"') ? null : text),
      }),
    },
  });
  const id = await people.together(alice, bob);
  const eventId = await bob.engine.sendMessage(id, { text: 'unheard' });
  await until(async () => expect(await textsOf(alice, id)).toEqual(['unheard']));
  await alice.engine.removeMember(id, (await bob.store.session())!.account);
  bob.engine.leader()!.online()!.parts.connection.reopen();
  await until(async () => expect(await bob.views.unsent().get()).toEqual({ pending: 0, refused: 1 }));
  await sendAll(alice, id, ['later']);
  isDeaf = false;
  const link = await alice.engine.createInvite(id, { role: 'member', expiresInSeconds: 600, maxUses: 1 });
  await bob.engine.joinByInvite(link);
  await bob.engine.retryMessage(eventId);
  await until(async () => expect(await bob.views.unsent().get()).toEqual({ pending: 0, refused: 0 }));
  await until(async () => expect(await textsOf(bob, id)).toEqual(['unheard', 'later']));
  expect(await textsOf(alice, id)).toEqual(['unheard', 'later']);
  expect((await timelineOf(bob, id)).map(({ message }) => message.time)).toEqual(
    (await timelineOf(alice, id)).map(({ message }) => message.time),
  );
});

test('[OUT-2] what the server has under the same id from somebody else is not taken for what was sent', async () => {
  let isDeaf = true;
  let asked = 0;
  const somebodyElse = createId<AccountId>((bytes) => crypto.getRandomValues(bytes));
  const alice = await people.signUp('alice', {
    overrides: {
      WebSocket: faultySocket({
        incoming: (document, text) => (isDeaf && isSegment(document) && text.includes('"stored"') ? null : text),
      }),
      fetch: async (url, init) => {
        const answer = await fetch(url, init);
        if (!isDeaf || !String(url).endsWith('/known')) return answer;
        asked++;
        return Response.json(
          JSON.parse((await answer.text()).replace(/"account":"[^"]+"/g, `"account":"${somebodyElse}"`)),
        );
      },
    },
  });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  const eventId = await alice.engine.sendMessage(id, { text: 'mine' });
  await until(async () => expect(await textsOf(bob, id)).toEqual(['mine']));
  alice.engine.leader()!.online()!.parts.connection.reopen();
  await until(() => expect(asked).toBeGreaterThan(1));
  expect(await alice.views.unsent().get()).toEqual({ pending: 1, refused: 0 });
  isDeaf = false;
  await until(async () => expect((await alice.views.unsent().get()).pending).toBe(0), 60_000);
  await until(async () => expect(await tickOf(alice, id, eventId)).toBe('delivered'), 60_000);
  expect(await textsOf(bob, id)).toEqual(['mine']);
});

test('[OUT-8] a reaction goes where its target stands, also when that part of the history is not on the device', async () => {
  const alice = await people.signUp('alice');
  const bob = await people.signUp('bob');
  const lines = async function* (): AsyncGenerator<ImportLine> {
    yield { line: 1, at: 1_000, author: 'somebody', text: 'long ago' };
  };
  const { engine, store } = alice;
  const timers = createRealTimers();
  const source = { source: 'old', title: 'Old', lines: lines(), onProgress: () => undefined };
  const id = await importHistory({ engine, store, clock: Date, timers }, source);
  const link = await engine.createInvite(id, { role: 'member', expiresInSeconds: 3_600, maxUses: 1 });
  await bob.engine.joinByInvite(link);
  const target = (await timelineOf(alice, id))[0]!.message.eventId;
  expect((await bob.store.conversation(id))?.projectedSegments).toEqual([]);
  await bob.store.enqueueEvent(
    {
      ...{ type: 'event', conversation: id, kind: 4, target, signed: null },
      eventId: createId<EventId>((bytes) => crypto.getRandomValues(bytes)),
      time: msToHlc(Date.now()),
      body: encodeEventBody('reaction', { emoji: '👍', on: true }),
    },
    null,
  );
  await until(async () => expect(await bob.views.unsent().get()).toEqual({ pending: 0, refused: 0 }));
  const reactions = async () => {
    const [item] = await timelineOf(alice, id);
    return item?.message.state === 'shown' ? item.message.reactions.map(({ emoji }) => emoji) : null;
  };
  await until(async () => expect(await reactions()).toEqual(['👍']));
});
