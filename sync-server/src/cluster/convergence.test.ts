import type { Bus } from '@kith/schema/bus';
import { NO_BUS } from '@kith/schema/bus';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCompaction } from '../journal/compaction.ts';
import { withStoredDoc } from '../journal/fold-stored.ts';
import type { DocumentStore } from '../storage/document-store.ts';
import { createMemoryDocumentStore } from '../storage/memory-document-store.ts';
import { createConversation, type TestConversation } from '../test/conversation.ts';
import { makeEvent } from '../test/events.ts';
import type { Attached, TestDevice } from '../test/test-device.ts';
import { createTestDirectory } from '../test/test-directory.ts';
import { startTestServer, type TestServer } from '../test/test-server.ts';
import { until } from '../test/until.ts';
import { createTimers, type Timers } from '../timers.ts';

const RUNS = process.env['LONG'] === '1' ? 300 : 12;
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const hasty: Timers = { ...createTimers(), every: (_ms, run) => createTimers().every(20, run) };

type Draw = () => number;
const turns = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
};

/** One store as several processes have it: each call takes its time, before and after it is done. */
const atADistance = (store: DocumentStore, draw: Draw): DocumentStore =>
  new Proxy(store, {
    get:
      (target, method) =>
      async (...args: unknown[]) => {
        await turns(draw() % 4);
        const answer = await Reflect.apply(Reflect.get(target, method), target, args);
        await turns(draw() % 4);
        return answer;
      },
  });

/** Processes that hear of each other now and then. */
const createLossyBuses = (count: number, draw: Draw): Bus[] => {
  const listeners: ((message: Uint8Array) => void)[] = [];
  return Array.from({ length: count }, (_, own) => ({
    ...NO_BUS,
    subscribe: (_topic, listener) => {
      listeners[own] = listener;
    },
    publish: (_topic, message) => {
      for (const [other, listener] of listeners.entries()) {
        if (other !== own && draw() % 3 > 0) void turns(draw() % 5).then(() => listener(message));
      }
    },
  }));
};

type Opened = Attached & { appended: number };

const attach = async (device: TestDevice, { segment }: TestConversation): Promise<Opened> =>
  Object.assign(await device.attach(segment(1)).ready(), { appended: 0 });

interface World {
  readonly store: DocumentStore;
  readonly servers: readonly TestServer[];
  readonly devices: readonly TestDevice[];
  readonly conversation: TestConversation;
  readonly open: (Opened | null)[];
}

const createWorld = async (draw: Draw): Promise<World> => {
  const store = createMemoryDocumentStore();
  const directory = createTestDirectory();
  const buses = createLossyBuses(2, draw);
  const servers = await Promise.all(
    buses.map((bus) => startTestServer({ store: atADistance(store, draw), directory, bus, timers: hasty })),
  );
  const devices = [0, 1, 0, 1].map((n) => servers[n]!.device());
  const conversation = createConversation(servers[0]!, new Map(devices.map((device) => [device, 'member'] as const)));
  return { store, servers, devices, conversation, open: devices.map(() => null) };
};

const eventsOf = ({ doc }: Attached, { person }: TestDevice): unknown[] =>
  doc.getArray(`log/${person.account}/${person.device}`).toArray();

/** What a device has written is acknowledged before it closes: else it would be the engine's to send again. */
const step = async (world: World, draw: Draw, written: Map<TestDevice, number>): Promise<void> => {
  const { devices, open, conversation, store } = world;
  const i = draw() % devices.length;
  const device = devices[i]!;
  const attached = open[i] ?? null;
  const action = draw() % 10;
  if (attached === null) {
    open[i] = await attach(device, conversation);
  } else if (action === 0) {
    await until(() => attached.stored().size === attached.appended, 'everything to be acknowledged');
    attached.detach();
    open[i] = null;
  } else if (action === 1) {
    const compaction = createCompaction({ store, log: quiet, alone: NO_BUS.alone, onFolded: () => {} });
    compaction.request(conversation.segment(1));
    await compaction.settled();
  } else {
    const count = 1 + (draw() % 3);
    for (let n = 0; n < count; n++) attached.append(makeEvent());
    attached.appended += count;
    written.set(device, (written.get(device) ?? 0) + count);
    if (action < 6) await until(() => attached.stored().size === attached.appended, 'the events to be acknowledged');
  }
};

test('[CLU-2] two processes that hear of each other now and then converge, whatever is folded and reopened meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { minLength: 400, maxLength: 400 }), async (numbers) => {
      let at = 0;
      const draw: Draw = () => numbers[at++ % numbers.length] ?? 0;
      const world = await createWorld(draw);
      const { servers, devices, conversation, open, store } = world;
      const written = new Map<TestDevice, number>();
      try {
        for (let n = 0; n < 40; n++) await step(world, draw, written);
        for (const [i, device] of devices.entries()) open[i] ??= await attach(device, conversation);
        const isWhole = (attached: Attached): boolean =>
          devices.every((device) => eventsOf(attached, device).length === (written.get(device) ?? 0));
        await until(() => open.every((attached) => attached !== null && isWhole(attached)), 'all to have all');
        const total = [...written.values()].reduce((sum, count) => sum + count, 0);
        const indexed = await store.arrivals(`conversation/${conversation.id}`, 0, 1_000);
        expect(indexed).toHaveLength(total);
        expect(new Set(indexed.map(({ eventId }) => eventId)).size).toBe(total);
        const stored = await store.load(conversation.segment(1));
        const inStore = withStoredDoc(stored, (doc) =>
          devices.map(({ person }) => doc.getArray(`log/${person.account}/${person.device}`).length),
        );
        expect(inStore).toEqual(devices.map((device) => written.get(device) ?? 0));
      } finally {
        for (const server of servers) await server.close();
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
}, 600_000);
