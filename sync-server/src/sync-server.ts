/** The sync server as one thing: its sockets, its HTTP side, its regular checks, its end. [SYN-4] [SYN-5] */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Bus, NO_BUS } from '@kith/schema/bus';
import { CLOSE_CODES } from '@kith/schema/wire-error';
import type { Hono } from 'hono';
import { createTickets } from './foreign/tickets.ts';
import { createConversationIndex } from './http/conversation-index.ts';
import { createHistoryApp } from './http/history-app.ts';
import type { Env } from './http/request.ts';
import { createIntake } from './intake/intake.ts';
import { type CreateWindow, createMemoryWindow } from './limits/limiter.ts';
import { RATES, type Rates } from './limits/rates.ts';
import { closePeer } from './live/peer.ts';
import { createParts, type PartsDeps } from './parts.ts';
import { createServer, isBusy } from './server.ts';
import { createTimers, type Timers } from './timers.ts';

const SWEEP_MS = 5_000;
/** How often the journals in use are compared with the store, for news that were lost. */
const COMPARE_MS = 5_000;
/** How long closing waits for a store that fails. */
const CLOSE_MS = 5_000;

export interface SyncServerConfig {
  /** Origins of pages that may open a socket. */
  readonly allowedOrigins: readonly string[];
  readonly rates?: Rates;
}

/** The store stays the caller's to close, after the server. */
export interface SyncServerDeps extends Omit<PartsDeps, 'timers' | 'hold' | 'rates' | 'createWindow' | 'bus'> {
  readonly config: SyncServerConfig;
  readonly timers?: Timers;
  /** To other processes on the same store; left out, there are none. */
  readonly bus?: Bus;
  /** Where limits are counted; left out, in the memory of this process. */
  readonly createWindow?: CreateWindow;
  /** Left out, sockets are counted by their peer. */
  readonly addressOf?: (request: IncomingMessage) => string;
}

export interface SyncServerHealth {
  readonly ok: boolean;
  readonly storage: 'ok' | 'failing';
  readonly documents: number;
  readonly sockets: number;
  /** Events taken out because their signature did not hold. */
  readonly forgedEvents: number;
}

export interface SyncServer {
  readonly http: Hono<Env>;
  /** For requests to upgrade on `/sync?v=<protocol version>` and `/yjs/<document>?ticket=<ticket>`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  health(): SyncServerHealth;
  /** Closes sockets, stores what is under way, folds what is waiting as far as there is time. Idempotent. */
  close(): Promise<void>;
}

export const createSyncServer = ({ config, timers = createTimers(), ...deps }: SyncServerDeps): SyncServer => {
  const { store, directory, tokens, log } = deps;
  const { createWindow = createMemoryWindow, addressOf = peerOf, bus = NO_BUS } = deps;
  const rates = config.rates ?? RATES;
  const parts = createParts({ ...deps, bus, timers, createWindow, rates, hold: (name) => server.hold(name) });
  const { live, attachments, ended, journals, compaction, membership, segments, imports, rollover, settled } = parts;
  const { audit, admitEvents, requests } = parts;
  const intake = createIntake({ updates: parts.updates, isBusy });
  const tickets = createTickets(deps);
  const { allowedOrigins } = config;
  const server = createServer({ ...parts, timers, intake, tickets, addressOf, allowedOrigins });

  const stopSweeping = timers.every(SWEEP_MS, () => {
    for (const peer of attachments.all()) {
      const reason = parts.sessionFault(peer.context.session);
      if (reason !== null) closePeer(peer, reason);
    }
    server.unloadIdle();
    segments.forgetUnless(parts.isInUse);
  });
  const stopComparing = bus === NO_BUS ? () => {} : timers.every(COMPARE_MS, journals.catchUp);
  bus.onRecovered(() => {
    journals.catchUp();
    parts.channels.sendToAll({ type: 'conversations-changed' }); // whereupon devices compare what they have
  });
  const stopListening = directory.onDeviceEnded((account, device) => {
    ended.add(device);
    for (const peer of attachments.ofDevice(account, device)) {
      peer.webSocket.close(CLOSE_CODES.sessionEnded, 'session-ended');
    }
  });

  const closeAll = async (): Promise<void> => {
    stopSweeping();
    stopComparing();
    stopListening();
    membership.close();
    await server.closeSockets();
    await within(timers, CLOSE_MS, Promise.all([rollover.settled(), audit.finish(), journals.settled()]));
    audit.close();
    journals.close();
    await server.close();
    await within(timers, CLOSE_MS, compaction.settled());
    await compaction.close();
  };
  let closing: Promise<void> | null = null;

  const index = createConversationIndex({ directory, store });
  return {
    http: createHistoryApp({
      ...{ requests, tokens, directory, ended, store, membership, segments },
      ...{ index, imports, tickets, admitEvents, settled, log },
    }),
    handleUpgrade: server.handleUpgrade,
    health: () => ({
      ok: journals.state === 'ok',
      storage: journals.state,
      documents: live.size,
      sockets: server.sockets,
      forgedEvents: audit.removed,
    }),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
};

const peerOf = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? 'unknown';

const within = async (timers: Timers, limitMs: number, work: Promise<unknown>): Promise<void> => {
  let stop = (): void => {};
  const limit = new Promise<void>((resolve) => {
    stop = timers.after(limitMs, resolve);
  });
  await Promise.race([work, limit]);
  stop();
};
