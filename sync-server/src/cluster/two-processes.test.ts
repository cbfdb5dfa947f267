import { LIMITS } from '@kith/schema/limits';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startRedis } from '../../../scripts/services/redis.ts';
import { type TestDatabase, testDatabases, testRedis } from '../../../scripts/services/test/test-services.ts';
import { createMongoDocumentStore } from '../storage/mongo-document-store.ts';
import { createConversation, type TestConversation } from '../test/conversation.ts';
import { makeEvent, makeEvents } from '../test/events.ts';
import type { Attached, TestDevice } from '../test/test-device.ts';
import { createTestDirectory, type TestDirectory } from '../test/test-directory.ts';
import { startTestServer, type TestServer } from '../test/test-server.ts';
import { until } from '../test/until.ts';
import { createTimers, type Timers } from '../timers.ts';
import { createRedisBus, type RedisBus } from './redis-bus.ts';

const databases = testDatabases();
const redis = testRedis();
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
/** What is compared every few seconds is compared at once. */
const hasty: Timers = { ...createTimers(), every: (_ms, run) => createTimers().every(50, run) };

interface Process {
  readonly server: TestServer;
  readonly bus: RedisBus;
  end(): Promise<void>;
}

let database: TestDatabase;
let directory: TestDirectory;
let processes: Process[];

const startProcess = async ({ url = redis.url, timers = createTimers(), isDeaf = false } = {}): Promise<Process> => {
  const store = await createMongoDocumentStore({ url: database.url, database: database.name });
  const bus = createRedisBus({ url, prefix: `${redis.prefix}${database.name}:`, log: quiet });
  await until(() => bus.isUp, 'Redis to answer');
  const server = await startTestServer({
    store,
    directory,
    timers,
    bus: isDeaf ? { ...bus, subscribe: () => {} } : bus,
  });
  const end = async (): Promise<void> => {
    await server.close();
    await bus.close();
    await store.close();
  };
  const started = { server, bus, end };
  processes.push(started);
  return started;
};

beforeEach(() => {
  database = databases.create();
  directory = createTestDirectory();
  processes = [];
});
afterEach(async () => {
  for (const { end } of processes) await end();
});

/** Alice is connected to the first process, Bob to the second. */
const meet = async (first: Process, second: Process) => {
  const [alice, bob] = [first.server.device(), second.server.device()];
  const conversation = createConversation(
    first.server,
    new Map([
      [alice, 'owner'],
      [bob, 'member'],
    ]),
  );
  return { alice, bob, conversation };
};
const open = (device: TestDevice, { segment }: TestConversation): Promise<Attached> =>
  device.attach(segment(1)).ready();
const events = ({ doc }: Attached): number =>
  [...doc.share.keys()]
    .filter((root) => root.startsWith('log/'))
    .reduce((sum, root) => sum + doc.getArray(root).length, 0);

test('[CLU-2] what is written at one process is read, told and acknowledged at another', async () => {
  const [first, second] = [await startProcess(), await startProcess()];
  const { alice, bob, conversation } = await meet(first, second);
  const channel = await bob.channel().ready(); // with nothing open
  const own = await alice.channel().ready();
  const hers = await open(alice, conversation);
  hers.append(...makeEvents(3));
  await until(() => hers.stored().size === 3, 'the events to be stored');
  const told = () => channel.of('notices').flatMap(({ notices }) => notices);
  await until(() => told().length === 3, 'Bob to be told');
  expect(told().map(({ arrival }) => arrival)).toEqual([...hers.stored().values()]);
  channel.send({ type: 'receipts', receipts: [{ conversation: conversation.id, stored: told()[2]!.arrival }] });
  await until(() => own.of('receipts').length > 0, 'Alice to learn that Bob has it');

  const his = await open(bob, conversation);
  expect(events(his)).toBe(3);
  his.append(makeEvent());
  await until(() => events(hers) === 4 && his.stored().size === 1, 'Alice to have what Bob wrote');
  const arrivals = await second.server.fetch(alice.person, `${conversation.path}/arrivals?after=0`);
  expect(JSON.stringify(await arrivals.json()).match(/"eventId"/g)).toHaveLength(4);
});

test('[CLU-2] two processes write into one segment at once: all converge, every event has one arrival', async () => {
  const [first, second] = [await startProcess(), await startProcess()];
  const { alice, bob, conversation } = await meet(first, second);
  const [hers, his] = [await open(alice, conversation), await open(bob, conversation)];
  for (let n = 0; n < 40; n++) {
    hers.append(makeEvent());
    his.append(makeEvent());
    if (n % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => hers.stored().size === 40 && his.stored().size === 40, 'all to be acknowledged');
  await until(() => events(hers) === 80 && events(his) === 80, 'both to have all');
  const arrivals = [...hers.stored().values(), ...his.stored().values()].sort((a, b) => a - b);
  expect(new Set(arrivals).size).toBe(80);
  const indexed = await first.server.store.arrivals(`conversation/${conversation.id}`, 0, 500);
  expect(indexed.map(({ arrival }) => arrival)).toEqual(arrivals);
  expect([...hers.of('rejected'), ...his.of('rejected')]).toEqual([]);
});

test('[CLU-2] news that are lost are found in the store', async () => {
  const [first, second] = [await startProcess(), await startProcess({ timers: hasty, isDeaf: true })];
  const { alice, bob, conversation } = await meet(first, second);
  const [hers, his] = [await open(alice, conversation), await open(bob, conversation)];
  hers.append(...makeEvents(5));
  await until(() => events(his) === 5, 'Bob to have it all the same');
  his.append(makeEvent());
  await until(() => his.stored().size === 1 && events(hers) === 6, 'what he writes behind it');
});

test('[CLU-2] a segment that one process closes is closed for the other', async () => {
  const [first, second] = [await startProcess(), await startProcess()];
  const { alice, bob, conversation } = await meet(first, second);
  const his = await open(bob, conversation);
  const head = await bob.attach(conversation.head).ready();
  const hers = await open(alice, conversation);
  for (let n = 0; n < LIMITS.segmentEvents; n += 100) hers.append(...makeEvents(100));
  await until(() => head.doc.getMap('segments').has('2'), 'Bob to learn of the next segment');
  const next = await bob.attach(conversation.segment(2)).ready();
  next.append(makeEvent());
  await until(() => next.stored().size === 1, 'the next segment to take what he writes');
  expect(events(his)).toBe(LIMITS.segmentEvents);
});

test('[CLU-4] who is present and typing is known at every process, also to who comes later', async () => {
  const [first, second] = [await startProcess(), await startProcess()];
  const { alice, bob, conversation } = await meet(first, second);
  const hers = await alice.attach(conversation.head).ready();
  hers.provider.setAwarenessField('typing', true);
  const his = await bob.attach(conversation.head).ready();
  const seen = (by: Attached) =>
    [...(by.provider.awareness?.getStates().values() ?? [])].map(({ account, typing }) => [account, typing]);
  await until(
    () => seen(his).some(([account, typing]) => account === alice.person.account && typing),
    'Bob to see her',
  );
  his.provider.setAwarenessField('typing', true);
  await until(() => seen(hers).some(([account]) => account === bob.person.account), 'Alice to see him');
  hers.detach();
  await until(() => !seen(his).some(([account]) => account === alice.person.account), 'Bob to see her go');
});

test('[CLU-3] without Redis each process goes on alone; when it is back they hear of each other by themselves', async () => {
  const own = await startRedis();
  const [first, second] = [await startProcess({ url: own.url }), await startProcess({ url: own.url })];
  const { alice, bob, conversation } = await meet(first, second);
  const [hers, his] = [await open(alice, conversation), await open(bob, conversation)];
  const channel = await bob.channel().ready();
  await own.process?.kill();
  await until(() => !first.bus.isUp && !second.bus.isUp, 'both to notice');
  hers.append(makeEvent());
  his.append(makeEvent());
  await until(() => hers.stored().size === 1 && his.stored().size === 1, 'both to store all the same');
  await own.process?.start();
  await until(() => first.bus.isUp && second.bus.isUp, 'both to be connected again');
  await until(() => events(hers) === 2 && events(his) === 2, 'both to catch up');
  await until(() => channel.of('conversations-changed').length > 0, 'devices to be told to compare');
  hers.append(makeEvent());
  await until(() => events(his) === 3, 'news to come again');
  await own.stop();
});
