import type { EventId } from '@kith/schema/ids';
import { afterEach, expect, test, vi } from 'vitest';
import { type Engine, EngineError, type EngineStatus } from '../engine-api.ts';
import { eventId, ROOM } from '../storage/test/local-store-samples.ts';
import { installEngineErrorTransfer } from './engine-error-transfer.ts';
import { createRemoteEngine } from './remote-engine.ts';
import { createFakeTimers } from './test/fake-timers.ts';
import { createFakeWorker, type FakeWorker } from './test/fake-worker.ts';
import { createWorkerLink, type WorkerLink, type WorkerState } from './worker-link.ts';

installEngineErrorTransfer();

const STATUS: EngineStatus = { connection: 'offline', storage: 'ok', leader: true, ended: null, slowed: [] };

/** An engine of which a test needs a few methods. */
const engineWith = (methods: Partial<Engine>): Engine => methods as Engine;

interface Bench {
  readonly link: WorkerLink;
  readonly workers: FakeWorker[];
  readonly states: WorkerState['type'][];
  readonly timers: ReturnType<typeof createFakeTimers>;
}

const links: WorkerLink[] = [];
afterEach(() => {
  for (const link of links.splice(0)) link.close();
});

/** `engines`: of the first worker, the second …; the last serves all later ones. */
const createBench = (...engines: (Engine | null)[]): Bench => {
  const timers = createFakeTimers();
  const workers: FakeWorker[] = [];
  const spawn = (): FakeWorker => {
    const worker = createFakeWorker(engines[Math.min(workers.length, engines.length - 1)] ?? null);
    workers.push(worker);
    return worker;
  };
  const link = createWorkerLink({ ...timers, spawn, deadAfterMs: 1_000 });
  const states: WorkerState['type'][] = [];
  link.onState(({ type }) => states.push(type));
  links.push(link);
  return { link, workers, states, timers };
};

test('[BRW-4] calls made before the worker is started wait for it', async () => {
  const { link, states } = createBench(engineWith({ sendMessage: async () => eventId(7) }));
  const sending = createRemoteEngine(link).sendMessage(ROOM, { text: 'early' });
  expect(states).toEqual(['waiting']);
  link.start();
  expect(await sending).toBe(eventId(7));
  expect(states).toEqual(['waiting', 'starting', 'running']);
});

test('[BRW-3] an engine’s error keeps code and retry time on its way to the tab; arguments arrive as they were', async () => {
  const heard: unknown[] = [];
  const { link } = createBench(
    engineWith({
      sendMessage: async (...args) => {
        heard.push(args);
        throw new EngineError('rate-limited', 'slow down', 500);
      },
    }),
  );
  link.start();
  const failure = await createRemoteEngine(link)
    .sendMessage(ROOM, { text: 'x', replyTo: eventId(1) })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(EngineError);
  expect(failure).toMatchObject({ code: 'rate-limited', message: 'slow down', retryAfterMs: 500 });
  expect(heard).toEqual([[ROOM, { text: 'x', replyTo: eventId(1) }]]);
});

test('[BRW-3] other errors arrive as errors', async () => {
  const { link } = createBench(
    engineWith({
      devices: async () => {
        throw new TypeError('a bug');
      },
    }),
  );
  link.start();
  await expect(createRemoteEngine(link).devices()).rejects.toThrow('a bug');
});

test('[BRW-4] a worker that dies without a word is noticed, and what was under way fails', async () => {
  const never = new Promise<EventId>(() => undefined);
  const { link, workers, states, timers } = createBench(
    engineWith({ sendMessage: () => never }),
    engineWith({ sendMessage: async () => eventId(2) }),
  );
  link.start();
  await vi.waitFor(() => expect(states).toContain('running'));
  const engine = createRemoteEngine(link);
  const lost = engine.sendMessage(ROOM, { text: 'lost' });
  workers[0]?.vanish();
  link.probe();
  timers.pass(1_000);
  await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
  expect(workers[0]?.isTerminated()).toBe(true);
  expect(states.at(-1)).toBe('restarting');
  const waiting = engine.sendMessage(ROOM, { text: 'waits' });
  timers.pass(250);
  expect(await waiting).toBe(eventId(2));
});

test('[BRW-4] a worker that answers survives an uncaught error in one of its tasks', async () => {
  const { link, workers, states, timers } = createBench(engineWith({ devices: async () => [] }));
  link.start();
  await vi.waitFor(() => expect(states).toContain('running'));
  workers[0]?.fail('a handler threw');
  expect(await createRemoteEngine(link).devices()).toEqual([]);
  timers.pass(1_000);
  expect(states.at(-1)).toBe('running');
});

test('[BRW-4] a worker that cannot start is tried again after growing pauses', async () => {
  const { link, workers, states, timers } = createBench(null, null, engineWith({}));
  link.start();
  workers[0]?.fail('its script failed');
  expect(states.at(-1)).toBe('restarting');
  timers.pass(249);
  expect(workers).toHaveLength(1);
  timers.pass(1);
  workers[1]?.fail('again');
  timers.pass(999);
  expect(workers).toHaveLength(2);
  timers.pass(1);
  await vi.waitFor(() => expect(states.at(-1)).toBe('running'));
});

test('[BRW-4] listeners and the shown conversation are told to a restarted worker again', async () => {
  const shown: unknown[][] = [[], []];
  const engineNumber = (number: number): Engine =>
    engineWith({
      showConversation: async (conversation) => void shown[number]?.push(conversation),
      onStatus: async (listener) => {
        listener({ ...STATUS, leader: number === 1 });
        return () => undefined;
      },
    });
  const { link, workers, timers } = createBench(engineNumber(0), engineNumber(1));
  link.start();
  const engine = createRemoteEngine(link);
  const leaders: boolean[] = [];
  await engine.onStatus(({ leader }) => leaders.push(leader));
  await engine.showConversation(ROOM);
  expect(shown[0]).toEqual([ROOM]);
  workers[0]?.vanish();
  link.probe();
  timers.pass(1_000);
  await vi.waitFor(() => expect(workers[0]?.isTerminated()).toBe(true));
  timers.pass(250);
  await vi.waitFor(() => expect(leaders).toEqual([false, true]));
  await vi.waitFor(() => expect(shown[1]).toEqual([ROOM]));
});

test('[BRW-4] an unsubscribe reaches the engine, also one that comes before the worker', async () => {
  let listening = 0;
  const { link } = createBench(
    engineWith({
      onStatus: async () => {
        listening += 1;
        return () => {
          listening -= 1;
        };
      },
      devices: async () => [],
    }),
  );
  const engine = createRemoteEngine(link);
  const early = await engine.onStatus(() => undefined);
  early();
  link.start();
  const late = await engine.onStatus(() => undefined);
  await vi.waitFor(() => expect(listening).toBe(1));
  late();
  await vi.waitFor(() => expect(listening).toBe(0));
});

test('[BRW-4] an unsubscribe that comes before the engine has answered is not forgotten', async () => {
  const answer = Promise.withResolvers<void>();
  let listening = 0;
  const { link, states } = createBench(
    engineWith({
      onStatus: async () => {
        listening += 1;
        await answer.promise;
        return () => {
          listening -= 1;
        };
      },
    }),
  );
  link.start();
  await vi.waitFor(() => expect(states).toContain('running'));
  const stop = await createRemoteEngine(link).onStatus(() => undefined);
  await vi.waitFor(() => expect(listening).toBe(1));
  stop();
  answer.resolve();
  await vi.waitFor(() => expect(listening).toBe(0));
});

test('[BRW-4] after closing, calls fail instead of waiting for ever', async () => {
  const { link, states } = createBench(engineWith({ devices: async () => [] }));
  const waiting = createRemoteEngine(link).devices();
  link.close();
  await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
  await expect(createRemoteEngine(link).devices()).rejects.toMatchObject({ code: 'unavailable' });
  expect(states.at(-1)).toBe('closed');
});
