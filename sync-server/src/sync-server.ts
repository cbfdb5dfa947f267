/** Puts the sync server together: who knows whom is decided here and nowhere else. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TokenVerifier } from '@kith/auth/token-verifier';
import type { ConversationDirectory } from '@kith/schema/conversation-directory';
import type { ConversationId, Random } from '@kith/schema/ids';
import { CLOSE_CODES } from '@kith/schema/wire-error';
import type { Hono } from 'hono';
import { createAcks } from './channels/acks.ts';
import { createChannels } from './channels/channels.ts';
import { createAttachExtension } from './extensions/attach.ts';
import { createAuthenticateExtension } from './extensions/authenticate.ts';
import { createAwarenessExtension } from './extensions/awareness.ts';
import { createChannelExtension } from './extensions/channel.ts';
import { createGuardExtension } from './extensions/guard.ts';
import { createPersistenceExtensions } from './extensions/persistence.ts';
import { createGuard } from './guard/guard.ts';
import { createHeadKeeper } from './heads/head-keeper.ts';
import { createConversationIndex } from './http/conversation-index.ts';
import { createHistoryApp } from './http/history-app.ts';
import type { Env } from './http/request.ts';
import { createCompaction, ROWS_BEFORE_FOLD } from './journal/compaction.ts';
import { createJournals } from './journal/journals.ts';
import { createAttachments } from './live/attachments.ts';
import { applyForeignFold, applyForeignRow } from './live/foreign-rows.ts';
import { createLiveDocuments, type DocumentState } from './live/live-documents.ts';
import { closePeer } from './live/peer.ts';
import type { Log } from './log.ts';
import { createMembership, type MembershipChange } from './membership/membership.ts';
import { createNotices } from './notices/notices.ts';
import { createReceipts } from './receipts/receipts.ts';
import { createConversationSegments } from './segments/conversation-segments.ts';
import { createImportSegments } from './segments/import-segments.ts';
import { createRollover } from './segments/rollover.ts';
import { createServer } from './server.ts';
import type { DocumentStore, Segment } from './storage/document-store.ts';
import { createTimers, type Timers } from './timers.ts';

const SWEEP_MS = 5_000;
/** How long closing waits for a store that fails. */
const CLOSE_MS = 5_000;

export interface SyncServerConfig {
  /** Origins of pages that may open a socket. */
  readonly allowedOrigins: readonly string[];
}

export interface SyncServerDeps {
  readonly config: SyncServerConfig;
  /** Stays the caller's to close, after the server. */
  readonly store: DocumentStore;
  readonly directory: ConversationDirectory;
  readonly tokens: TokenVerifier;
  readonly clock: { now(): number };
  readonly random: Random;
  readonly log: Log;
  readonly timers?: Timers;
}

export interface SyncServerHealth {
  readonly ok: boolean;
  readonly storage: 'ok' | 'failing';
  readonly documents: number;
  readonly sockets: number;
}

export interface SyncServer {
  readonly http: Hono<Env>;
  /** For requests to upgrade on `/sync?v=<protocol version>`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  health(): SyncServerHealth;
  /** Closes sockets, stores what is under way, folds what is waiting. Idempotent. */
  close(): Promise<void>;
}

export const createSyncServer = (deps: SyncServerDeps): SyncServer => {
  const { config, store, directory, tokens, clock, random, log, timers = createTimers() } = deps;
  const live = createLiveDocuments();
  const attachments = createAttachments();
  const channels = createChannels();

  const journals = createJournals({
    store,
    clock,
    timers,
    log,
    onState: (state) => channels.sendToAll({ type: 'storage', state }),
    onForeignRow: (row) => applyForeignRow(live, row),
    onForeignFold: (journal) => applyForeignFold(live, store, journal),
  });
  const settled = async (id: ConversationId): Promise<boolean> =>
    (await journals.find(`conversation/${id}`)?.settled()) ?? true;

  const compaction = createCompaction({
    store,
    log,
    onFolded: (document, rows) => {
      const state = live.find(document);
      if (state !== null) state.rows = Math.max(0, state.rows - rows);
    },
  });
  const onStored = (state: DocumentState): void => {
    state.rows++;
    if (state.rows >= ROWS_BEFORE_FOLD) compaction.request(state.document.name);
  };
  const onClosed = ({ conversation, n }: Segment): void => compaction.request(`conversation/${conversation}/${n}`);

  const membership = createMembership({
    directory,
    timers,
    log,
    isInUse: (id) => live.ofJournal(`conversation/${id}`).length > 0,
    onChange: (change) => followMembers(change),
  });
  const segments = createConversationSegments({
    store,
    clock,
    lastArrival: async (id) =>
      (await (journals.find(`conversation/${id}`) ?? store).position(`conversation/${id}`)).lastArrival,
    onChange: (id) => heads.refresh(id),
  });
  const heads = createHeadKeeper({ live, membership, segments, journals, onStored });

  const followMembers = ({ conversation, record, removed }: MembershipChange): void => {
    for (const peer of attachments.of(`conversation/${conversation}`)) {
      if (removed.includes(peer.context.session.account)) closePeer(peer, 'not-member');
    }
    heads.refresh(conversation);
    const accounts = new Set([...(record?.roleByAccount.keys() ?? []), ...removed]);
    for (const account of accounts) channels.sendToAccount(account, { type: 'conversations-changed' });
  };

  const rollover = createRollover({ segments, clock, log, onClosed });
  const notices = createNotices({ channels, membership, log });
  const position = (id: ConversationId) => store.position(`conversation/${id}`);
  const receipts = createReceipts({ store, membership, channels, clock, position });
  const authentication = createAuthenticateExtension({ tokens, membership, segments, clock });
  const persistence = createPersistenceExtensions({
    store,
    journals,
    compaction,
    live,
    membership,
    segments,
    heads,
    timers,
    random,
    log,
  });
  const writes = { guard: createGuard(), acks: createAcks(), notices, rollover, onStored };

  const server = createServer({
    timers,
    allowedOrigins: config.allowedOrigins,
    extensions: [
      authentication,
      ...persistence,
      createGuardExtension({ ...writes, live, attachments, membership, segments, journals, clock, log }),
      createAttachExtension({ live, attachments, channels, journals, clock, log }),
      createAwarenessExtension({ clock }),
      createChannelExtension({ receipts, clock, log }),
    ],
  });

  const sweep = (): void => {
    for (const peer of attachments.all()) {
      const reason = authentication.fault(peer.context.session);
      if (reason !== null) closePeer(peer, reason);
    }
    server.unloadIdle();
  };
  const stopSweeping = timers.every(SWEEP_MS, sweep);
  const stopListening = directory.onDeviceEnded((account, device) => {
    for (const peer of attachments.ofDevice(account, device)) {
      peer.webSocket.close(CLOSE_CODES.sessionEnded, 'session-ended');
    }
  });

  const closeAll = async (): Promise<void> => {
    stopSweeping();
    stopListening();
    membership.close();
    await server.closeSockets();
    await within(timers, CLOSE_MS, Promise.all([rollover.settled(), journals.settled()]));
    journals.close();
    await server.close();
    await compaction.settled();
  };
  let closing: Promise<void> | null = null;

  const index = createConversationIndex({ directory, store });
  const imports = createImportSegments({ segments, settled, onClosed });
  return {
    http: createHistoryApp({ tokens, store, membership, index, imports, settled, log }),
    handleUpgrade: server.handleUpgrade,
    health: () => ({
      ok: journals.state === 'ok',
      storage: journals.state,
      documents: live.size,
      sockets: server.sockets,
    }),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
};

const within = async (timers: Timers, limitMs: number, work: Promise<unknown>): Promise<void> => {
  let stop = (): void => {};
  const limit = new Promise<void>((resolve) => {
    stop = timers.after(limitMs, resolve);
  });
  await Promise.race([work, limit]);
  stop();
};
