/** The product's server and engines in one process, with limits that are soon met and a time that the test moves. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import {
  createEngineOnStore,
  createMemoryLocalStore,
  createRealTimers,
  createViews,
  type EngineDeps,
  type EngineStatus,
  type EngineWithLeader,
  type LocalStore,
  type Views,
} from '@kith/client/engine';
import type { ConversationId } from '@kith/schema/ids';
import { CLOSE_CODES } from '@kith/schema/wire-error';
import { RATES, type Rates } from '@kith/sync-server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createApp } from './app.ts';
import { createClientFiles } from './client-files.ts';
import { parseConfig } from './config.ts';
import { listen } from './listen.ts';
import { createLog } from './log.ts';
import { openServices, type Services } from './services.ts';
import { askSocket } from './test/ask-socket.ts';
import { routeUpgrades } from './upgrades.ts';

/** Nothing else in the engine waits for this long. */
const WINDOW_MS = 10_000;
const SILENT = createLog({ level: 'silent', now: () => 0, write: () => {} });

let dataDir: string;
let server: Server;
let services: Services;
let origin: string;
let people: Person[];
let sockets: WebSocket[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  people = [];
  sockets = [];
});
afterEach(async () => {
  for (const { engine } of people) await engine.close();
  for (const ws of sockets) ws.close();
  server.close();
  await services.close();
  server.closeAllConnections();
  rmSync(dataDir, { recursive: true, force: true });
  vi.useRealTimers();
});

const start = async (rates: Partial<Rates>, trustedProxies = 0): Promise<void> => {
  dataDir = mkdtempSync(join(tmpdir(), 'kith-limits-'));
  const { promise: app, resolve } = Promise.withResolvers<ReturnType<typeof createApp>>();
  server = createServer(getRequestListener(async (request, env) => (await app).fetch(request, env)));
  const port = await listen(server, 0, '127.0.0.1');
  if (!port.ok) throw new Error(port.error.message);
  const publicUrl = new URL(`http://localhost:${port.value}`);
  origin = publicUrl.origin;
  const parsed = parseConfig({ DATA_DIR: dataDir, TRUSTED_PROXIES: String(trustedProxies) });
  if (!parsed.ok) throw new Error(parsed.error.mistakes.join());
  services = await openServices({ ...parsed.value, publicUrl, rates: { ...RATES, ...rates }, log: SILENT });
  const client = createClientFiles(dataDir);
  const health = async () => ({ status: 'ok', version: '', parts: {} }) as never;
  resolve(
    createApp({ ...services, client, health, publicUrl, port: port.value, log: SILENT, now: () => performance.now() }),
  );
  const upgrades = services.sync?.handleUpgrade;
  if (upgrades !== undefined) routeUpgrades(server, { '/sync': upgrades }, SILENT);
};

interface Person {
  readonly engine: EngineWithLeader;
  readonly store: LocalStore;
  readonly views: Views;
  status(): EngineStatus;
  /** Times of what waits for the server's limits. */
  held(): readonly number[];
  /** Lets that time pass. */
  wait(ms: number): void;
}

const isLong = (ms: number): boolean => ms === WINDOW_MS || ms >= 60_000;

const open = async (store = createMemoryLocalStore(), overrides: Partial<EngineDeps> = {}): Promise<Person> => {
  const real = createRealTimers();
  const held = new Map<object, { readonly ms: number; readonly run: () => void }>();
  const after = (ms: number, run: () => void): (() => void) => {
    if (!isLong(ms)) return real.after(ms, run);
    const key = {};
    held.set(key, { ms, run });
    return () => held.delete(key);
  };
  const timers = { ...real, after };
  const engine = createEngineOnStore({ server: origin, store, overrides: { timers, ...overrides } });
  let status = {} as EngineStatus;
  await engine.onStatus((next) => {
    status = next;
  });
  const wait = (ms: number): void => {
    vi.setSystemTime(Date.now() + ms);
    for (const [key, timer] of held) {
      if (timer.ms > ms) continue;
      held.delete(key);
      timer.run();
    }
  };
  const heldTimes = () => [...held.values()].map((timer) => timer.ms);
  const person = { engine, store, views: createViews(store), status: () => status, held: heldTimes, wait };
  people.push(person);
  return person;
};

/** Waits for a condition. Not `vi.waitFor`, which moves the time that only the test may move. */
const until = async (condition: () => void | Promise<void>): Promise<void> => {
  for (const endMs = performance.now() + 20_000; ; ) {
    try {
      return await condition();
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
};

const signUp = async (handle: string): Promise<Person> => {
  const person = await open();
  const password = 'correct horse battery staple 17';
  await person.engine.signUpWithPassword({ handle, name: handle, password, deviceName: 'test' });
  await until(() => expect(person.status().connection).toBe('online'));
  return person;
};

const together = async (a: Person, b: Person): Promise<ConversationId> => {
  const id = await a.engine.createConversation({ kind: 'group', title: 'Room' });
  await until(async () => expect((await a.views.conversation(id).get())?.state).toBe('joined'));
  await b.engine.joinByInvite(await a.engine.createInvite(id, { role: 'member', expiresInSeconds: 600, maxUses: 1 }));
  return id;
};

const unsent = ({ views }: Person) => views.unsent().get();
const textsOf = async ({ views }: Person, id: ConversationId): Promise<string[]> =>
  (await views.timeline(id, 1_000).get()).items.map(({ message }) => (message.state === 'shown' ? message.text : ''));
const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `message ${n}`);
const write = async ({ engine }: Person, id: ConversationId, texts: readonly string[]): Promise<void> => {
  for (const text of texts) await engine.sendMessage(id, { text });
};
const connectionOf = ({ engine }: Person) => engine.leader()!.online()!.parts.connection;

test('[LIM-2] [OUT-6] a long outbox keeps to the pace that the server names: all of it arrives, in order, nothing is refused', async () => {
  await start({ events: { burst: 200, steady: 5 } });
  const [alice, bob] = [await signUp('alice'), await signUp('bob')];
  const id = await together(alice, bob);
  connectionOf(alice).pause();
  await write(alice, id, numbered(216));
  const said: string[] = [];
  alice.engine
    .leader()
    ?.online()
    ?.parts.replicas.segment(id, 1)
    .replica.onMessage(({ type }) => void said.push(type));
  connectionOf(alice).start();

  for (const left of [11, 6, 1]) {
    await until(async () => expect([(await unsent(alice)).pending, alice.held()]).toEqual([left, [WINDOW_MS]]));
    expect(alice.status().slowed).toEqual([{ conversation: id, untilMs: Date.now() + WINDOW_MS }]);
    alice.wait(WINDOW_MS);
  }
  await until(async () => expect(await unsent(alice)).toEqual({ pending: 0, refused: 0 }));
  await until(() => expect(alice.status().slowed).toEqual([]));
  await until(async () => expect(await textsOf(bob, id)).toEqual(numbered(216)));
  expect(said).not.toContain('rejected');
});

test('[LIM-2] [OUT-6] a device that did not know is refused, and goes on when it was told, losing and repeating nothing', async () => {
  await start({ events: { burst: 200, steady: 5 } });
  const [alice, bob] = [await signUp('alice'), await signUp('bob')];
  const id = await together(alice, bob);
  await write(alice, id, numbered(205));
  await until(async () => {
    if (alice.held().includes(WINDOW_MS)) alice.wait(WINDOW_MS);
    expect((await unsent(alice)).pending).toBe(0);
  });
  vi.setSystemTime(Date.now() + WINDOW_MS);
  await alice.engine.close();
  people.splice(people.indexOf(alice), 1);
  const again = await open(alice.store);
  await until(() => expect(again.status().connection).toBe('online'));
  connectionOf(again).pause();
  await write(again, id, numbered(220).slice(205));
  connectionOf(again).start();

  for (const left of [15, 11, 7]) {
    await until(async () => expect([(await unsent(again)).pending, again.held()]).toEqual([left, [WINDOW_MS]]));
    // what is written meanwhile does not hurry it
    await write(again, id, [`meanwhile ${left}`]);
    expect((await unsent(again)).pending).toBe(left + 1);
    again.wait(WINDOW_MS);
  }
  await until(async () => {
    if (again.held().includes(WINDOW_MS)) again.wait(WINDOW_MS);
    expect(await unsent(again)).toEqual({ pending: 0, refused: 0 });
  });
  const all = [...numbered(220), ...['meanwhile 15', 'meanwhile 11', 'meanwhile 7']];
  await until(async () => expect(await textsOf(bob, id)).toEqual(all));
});

test('[LIM-2] one conversation that waits stops no other', async () => {
  await start({ events: { burst: 3, steady: 1 } });
  const [alice, bob] = [await signUp('alice'), await signUp('bob')];
  const [full, quiet] = [await together(alice, bob), await together(alice, bob)];
  for (const text of numbered(5)) {
    await write(alice, full, [text]);
    await until(async () => expect((await unsent(alice)).pending === 0 || alice.held().length === 1).toBe(true));
  }
  await write(alice, quiet, ['on we go']);
  await until(async () => expect(await textsOf(bob, quiet)).toEqual(['on we go']));
  expect(alice.status().slowed.map(({ conversation }) => conversation)).toEqual([full]);
  alice.wait(WINDOW_MS);
  await until(async () => expect(await textsOf(bob, full)).toEqual(numbered(5)));
});

test('[LIM-3] a document that may not be opened yet is opened when the server said, and what waits for it goes out', async () => {
  await start({ attaches: { burst: 4, steady: 1 } });
  const alice = await signUp('alice');
  const ids: ConversationId[] = [];
  for (const text of ['first', 'second']) {
    const id = await alice.engine.createConversation({ kind: 'group', title: text });
    await write(alice, id, [text]);
    ids.push(id);
  }
  // the channel, a head, a segment and a head go with the burst and the steady amount
  await until(() => expect(alice.held()).toContain(WINDOW_MS));
  await until(async () => {
    alice.wait(WINDOW_MS);
    expect(await unsent(alice)).toEqual({ pending: 0, refused: 0 });
  });
  expect([await textsOf(alice, ids[0]!), await textsOf(alice, ids[1]!)]).toEqual([['first'], ['second']]);
});

const openSocket = (forwardedFor: string): Promise<string> => {
  const { socket, answer } = askSocket(origin, forwardedFor);
  sockets.push(socket);
  return answer;
};

test('[LIM-4] behind a trusted proxy sockets are counted by what it says, an IPv6 /64 as one', async () => {
  await start({ socketsOfAddress: 1 }, 1);
  expect(await openSocket('192.0.2.1, 2001:db8::1')).toBe('open');
  expect(await openSocket('192.0.2.2, 2001:db8::2')).toBe(`${CLOSE_CODES.tryLater} rate-limited sockets 60000`);
  expect(await openSocket('192.0.2.1, 2001:db8:0:1::1')).toBe('open');
});

test('[LIM-4] a device that is told to come back later stays away that long and a little more, whatever the page says', async () => {
  await start({ socketsOfAddress: 2 });
  const [alice, bob] = [await signUp('alice'), await signUp('bob')];
  const id = await together(alice, bob);
  let opened = 0;
  class Counted extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      opened++;
    }
  }
  const carol = await open(createMemoryLocalStore(), {
    WebSocket: Counted,
    random: (bytes) => crypto.getRandomValues(bytes),
  });
  const password = 'correct horse battery staple 17';
  await carol.engine.signUpWithPassword({ handle: 'carol', name: 'carol', password, deviceName: 'test' });
  await until(() => expect(carol.held().filter((ms) => ms >= 60_000)).toHaveLength(1));
  const [wait = 0] = carol.held();
  expect(wait).toBeGreaterThanOrEqual(60_000);
  expect(wait).toBeLessThanOrEqual(75_000);
  for (let i = 0; i < 5; i++) {
    connectionOf(carol).pause();
    connectionOf(carol).start();
    connectionOf(carol).reopen();
  }
  await write(alice, id, ['others talk on']);
  await until(async () => expect(await textsOf(bob, id)).toEqual(['others talk on']));
  expect(opened).toBe(1);
  await bob.engine.close();
  people.splice(people.indexOf(bob), 1);
  await until(() => {
    carol.wait(75_000); // until the server has noticed that a place is free
    expect(carol.status().connection).toBe('online');
  });
});
