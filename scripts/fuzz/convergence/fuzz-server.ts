/**
 * Auth and sync in this process, everything kept in memory, on one port of this machine; the sync server can be killed,
 * with what it had not stored, and started again on what it had. Time passes faster for it than for others.
 */
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Auth, createAuth, createMemoryAccountStore, createSigningKeys } from '@kith/auth';
import { msToHlc } from '@kith/schema/hlc';
import type { ConversationId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import {
  createMemoryDocumentStore,
  createSyncServer,
  type DocumentStore,
  NO_RATES,
  type SyncServer,
} from '@kith/sync-server';
import { SYNC_API } from '../../serve/app.ts';

export interface FuzzServer {
  readonly origin: string;
  /** What it has stored. */
  readonly store: DocumentStore;
  readonly isUp: boolean;
  /** Members and roles as they are. */
  readonly directory: Pick<Auth['directory'], 'conversation'>;
  /** Fails while the server is down, as over a network. */
  readonly fetch: typeof fetch;
  kill(): void;
  start(): void;
  /** The next segment of a conversation opens and the newest closes for good, as by another process; while it is down. */
  rollOver(conversation: ConversationId): Promise<void>;
  close(): Promise<void>;
}

/** So many times faster go the timers. */
const HASTE = 20;
const YEAR_MS = 366 * 24 * 3_600_000;
const clock = { now: () => Date.now() };
const random = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => crypto.getRandomValues(bytes);
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Timers of the engine and of the sync server. */
export const HASTY_TIMERS = {
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms / HASTE);
    return () => clearTimeout(timer);
  },
  every: (ms: number, run: () => void) => {
    const timer = setInterval(run, ms / HASTE);
    return () => clearInterval(timer);
  },
};

export const startFuzzServer = async (): Promise<FuzzServer> => {
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const accounts = createMemoryAccountStore();
  const auth = createAuth({
    config: { publicOrigin: origin, rpId: 'localhost', serverName: 'Kith', secureCookies: false },
    store: accounts,
    hasLimits: false,
    keys: await createSigningKeys({ store: accounts, clock, random }),
    ...{ clock, random, log },
  });
  const store = createMemoryDocumentStore();
  const sockets = new Set<Socket>();
  const ending: Promise<void>[] = [];
  let running: { readonly sync: SyncServer; readonly end: () => void } | null = null;

  const start = (): void => {
    const mortal = createMortalStore(store);
    const sync = createSyncServer({
      config: { allowedOrigins: [], rates: NO_RATES },
      ...{ store: mortal.store, directory: auth.directory, tokens: auth.tokenVerifier },
      ...{ clock, random, log, timers: HASTY_TIMERS },
    });
    const end = (): void => {
      mortal.kill();
      for (const socket of sockets) socket.destroy();
      ending.push(sync.close());
    };
    running = { sync, end };
  };
  const kill = (): void => {
    running?.end();
    running = null;
  };
  http.on('upgrade', (request, socket: Socket, head) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (running === null) socket.destroy();
    else running.sync.handleUpgrade(request, socket, head);
  });
  start();

  return {
    origin,
    store,
    directory: auth.directory,
    get isUp() {
      return running !== null;
    },
    fetch: async (input, init) => {
      if (running === null) throw new TypeError('fetch failed');
      const request = new Request(input, init);
      return (SYNC_API.test(new URL(request.url).pathname) ? running.sync.http : auth.http).fetch(request);
    },
    kill,
    start,
    rollOver: (conversation) => rollOver(store, conversation),
    close: async () => {
      kill();
      await Promise.all(ending);
      await auth.close();
      await new Promise((resolve) => http.close(resolve));
    },
  };
};

/** A store that a killed process no longer reaches. */
const createMortalStore = (store: DocumentStore): { readonly store: DocumentStore; kill(): void } => {
  let isDead = false;
  const mortal = new Proxy(store, {
    get: (target, name: keyof DocumentStore) => {
      const method = target[name] as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        if (isDead) throw new Error('the process was killed');
        return method.apply(target, args);
      };
    },
  });
  return {
    store: mortal,
    kill: () => {
      isDead = true;
    },
  };
};

const rollOver = async (store: DocumentStore, conversation: ConversationId): Promise<void> => {
  const newest = (await store.segments(conversation)).at(-1);
  if (newest === undefined) return;
  const journal = `conversation/${conversation}` as const;
  const { lastArrival } = await store.position(journal);
  const events = (await store.arrivals(journal, 0, lastArrival)).filter(({ segment }) => segment === newest.n);
  const next = { ...newest, n: newest.n + 1, firstArrival: lastArrival + 1, openedAt: clock.now() };
  await store.openSegment(next);
  await store.closeSegment(conversation, newest.n, {
    closedAt: clock.now() - LIMITS.segmentGraceMs - 1_000,
    events: events.length,
    // wider than any message's time: whoever looks for some of them looks here too
    firstTime: msToHlc(1),
    lastTime: msToHlc(clock.now() + YEAR_MS),
  });
};
