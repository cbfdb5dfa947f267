/** A person with one device: an engine that can be ended and begun again on what it has stored. */
import {
  createEngineOnStore,
  createMemoryLocalStore,
  createViews,
  type EngineStatus,
  type EngineWithLeader,
  type LocalStore,
  type PageSignals,
  type TimelineItem,
  type Views,
} from '@kith/client/engine';
import type { ConversationId, EventId } from '@kith/schema/ids';
import type { SeededRandom } from '@kith/sync-server/guard-fuzzers';
import { createFuzzNetwork, type FuzzNetwork } from './fuzz-network.ts';
import { type FuzzServer, HASTY_TIMERS } from './fuzz-server.ts';

/** Who signed up once and comes with a new device's memory, but the same keys, in every run. */
export interface Identity {
  readonly session: NonNullable<Awaited<ReturnType<LocalStore['session']>>>;
  readonly keys: NonNullable<Awaited<ReturnType<LocalStore['deviceKeys']>>>;
}

export interface FuzzPerson {
  readonly handle: string;
  readonly network: FuzzNetwork;
  readonly store: LocalStore;
  readonly views: Views;
  readonly engine: EngineWithLeader;
  readonly isOnline: boolean;
  /** What was taken on, in order of writing. */
  readonly written: EventId[];
  /** The page's word. */
  say(signals: Partial<PageSignals>): void;
  /** The engine ends, wherever it is, and another begins. */
  restart(): Promise<void>;
  timeline(id: ConversationId): Promise<readonly TimelineItem[]>;
  logged(): readonly string[];
  /** Ends it for good, with what the next run needs. */
  leave(): Promise<Identity>;
}

const PASSWORD = 'correct horse battery staple 17';
const LONGEST_TIMELINE = 100_000;
const KEPT_LINES = 200;

export const signUp = async (server: FuzzServer, handle: string, random: SeededRandom): Promise<Identity> => {
  const store = createMemoryLocalStore();
  const engine = createEngineOnStore({
    server: server.origin,
    store,
    overrides: overridesFor(server, createFuzzNetwork(random)),
  });
  await engine.signUpWithPassword({ handle, name: handle, password: PASSWORD, deviceName: 'fuzz' });
  await engine.close();
  return identityIn(store);
};

const identityIn = async (store: LocalStore): Promise<Identity> => {
  const [session, keys] = [await store.session(), await store.deviceKeys()];
  if (session === null || keys === null) throw new Error('a session ended in a run');
  return { session, keys };
};

const overridesFor = (server: FuzzServer, network: FuzzNetwork) => ({
  fetch: (...request: Parameters<typeof fetch>) =>
    network.isCut ? Promise.reject(new TypeError('fetch failed')) : server.fetch(...request),
  WebSocket: network.WebSocket,
  timers: HASTY_TIMERS,
});

interface PersonDeps {
  readonly server: FuzzServer;
  readonly identity: Identity;
  readonly random: SeededRandom;
  /** How wrong this device's clock is. */
  readonly skewMs: number;
}

export const openPerson = async ({ server, identity, random, skewMs }: PersonDeps): Promise<FuzzPerson> => {
  const store = createMemoryLocalStore();
  await store.saveDeviceKeys(identity.keys);
  await store.saveSession(identity.session);
  const network = createFuzzNetwork(random);
  const listeners = new Set<(signals: PageSignals) => void>();
  const lines: string[] = [];
  let signals: PageSignals = { online: true, visible: true };
  let status: EngineStatus['connection'] = 'connecting';

  const begin = (): EngineWithLeader => {
    const engine = createEngineOnStore({
      server: server.origin,
      store,
      log: (level, message, fields) => {
        lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
        if (lines.length > KEPT_LINES) lines.shift();
      },
      overrides: {
        ...overridesFor(server, network),
        clock: { now: () => Date.now() + skewMs },
        page: {
          current: () => signals,
          onChange: (listener) => {
            listeners.add(listener);
            return () => listeners.delete(listener);
          },
        },
      },
    });
    void engine.onStatus(({ connection }) => {
      status = connection;
    });
    return engine;
  };
  const person = { engine: begin() };
  const views = createViews(store);
  return {
    ...{ handle: identity.session.handle, network, store, views, written: [] },
    get engine() {
      return person.engine;
    },
    get isOnline() {
      return status === 'online' && !network.isCut;
    },
    say: (next) => {
      signals = { ...signals, ...next };
      for (const listener of listeners) listener(signals);
    },
    restart: async () => {
      await person.engine.close();
      person.engine = begin();
    },
    timeline: async (id) => (await views.timeline(id, LONGEST_TIMELINE).get()).items,
    logged: () => lines,
    leave: async () => {
      await person.engine.close();
      const left = await identityIn(store);
      await store.close();
      return left;
    },
  };
};
