/**
 * The leading engine while somebody is signed in: everything that talks to the server, wired together. Each part has
 * its own file; here is only who tells whom. [ENG-10]
 */
import type { ConversationId } from '@kith/schema/ids';
import { createAttachLimit } from '../connection/attach-limit.ts';
import { type Connection, createConnection } from '../connection/connection.ts';
import { type ConversationSync, createConversationSync } from '../conversations/conversation-sync.ts';
import { watchHead } from '../conversations/head-watch.ts';
import type { Presence, SlowedConversation } from '../engine-api.ts';
import type { EngineDeps, Timers } from '../engine-deps.ts';
import { type CatchUp, createCatchUp } from '../history/catch-up.ts';
import { loadOlder } from '../history/load-segments.ts';
import type { HybridClock } from '../hybrid-clock.ts';
import { createListeners } from '../listeners.ts';
import { createFlusher, type Flusher } from '../outbox/flusher.ts';
import type { Signer } from '../outbox/sign-events.ts';
import { createGenuineEvents } from '../projection/genuine-events.ts';
import { createProjector, type Projector } from '../projection/projector.ts';
import { watchSegment } from '../projection/segment-watch.ts';
import { createPositions, type Positions } from '../receipts/positions.ts';
import { readOwn } from '../receipts/read-mark.ts';
import { createReplicas, type Replicas } from '../replica/replicas.ts';
import type { AccessToken } from '../session/access-token.ts';
import type { ApiClient } from '../session/api-client.ts';
import { createDocumentTokens } from '../session/document-tokens.ts';
import type { DeviceKeys, LocalStore, StoredSession } from '../storage/local-store.ts';
import { afterCommands } from './after-commands.ts';
import { reopenAfterEnd } from './after-socket-end.ts';
import { type ChannelLink, openChannelLink } from './channel-link.ts';
import { exclusiveStore } from './exclusive-store.ts';
import { createServerCalls, type ServerCalls } from './server-calls.ts';
import { createShownConversations, type ShownConversations } from './shown-conversations.ts';

export type OnlineStatus = 'offline' | 'connecting' | 'online';

export interface Online extends ShownConversations {
  readonly calls: ServerCalls & { loadOlder(conversation: ConversationId): Promise<boolean> };
  /** For tools that bring events in by another way than the outbox. */
  readonly parts: OnlineParts;
  close(): Promise<void>;
}

export interface OnlineDeps extends EngineDeps {
  readonly session: StoredSession;
  readonly keys: DeviceKeys;
  readonly api: ApiClient;
  readonly access: AccessToken;
  readonly hybridClock: HybridClock;
  readonly onConnection: (status: OnlineStatus) => void;
  readonly onStorage: (state: 'ok' | 'failing') => void;
  readonly onSlowed: (slowed: readonly SlowedConversation[]) => void;
  readonly onPresence: (presence: Presence) => void;
}

export interface OnlineParts {
  readonly api: ApiClient;
  readonly signer: Signer;
  readonly timers: Timers;
  readonly store: LocalStore;
  readonly connection: Connection;
  readonly projector: Projector;
  readonly replicas: Replicas;
  readonly positions: Positions;
  readonly sync: ConversationSync;
  readonly catchUp: CatchUp;
  readonly flusher: Flusher;
  /** Lets it run; when it fails, `onPutOff` is told. */
  readonly background: (what: string, work: Promise<unknown>) => void;
  readonly onPutOff: (listener: () => void) => () => void;
}

export const createOnline = (deps: OnlineDeps): Online => {
  const parts = createParts(deps);
  const { connection, replicas, flusher } = parts;
  const channel: ChannelLink = openChannelLink(deps, parts);
  const shown = createShownConversations(deps, parts);
  const stopOutbox = deps.store.watch(() => deps.store.outboxCount(), flusher.wake);
  const stopPage = deps.page.onChange(({ online, visible }) => {
    if (!online) return connection.pause();
    connection.start();
    if (visible) channel.probe();
  });
  const stopEnded = reopenAfterEnd(deps, connection);
  if (deps.page.current().online) connection.start();
  return {
    ...shown,
    parts,
    calls: {
      ...afterCommands(deps, createServerCalls({ ...parts, random: deps.random })),
      loadOlder: (conversation) => loadOlder(parts, conversation),
    },
    close: async () => {
      stopOutbox();
      stopPage();
      stopEnded();
      shown.closeAll();
      const sent = flusher.close();
      await channel.close();
      await replicas.close();
      connection.close();
      await sent;
    },
  };
};

const createParts = (deps: OnlineDeps): OnlineParts => {
  const { api, timers, log, session, keys, subtle, hybridClock } = deps;
  const projector = createProjector({
    ...{ store: deps.store, clock: hybridClock, log },
    genuine: createGenuineEvents({
      ...{ store: deps.store, log, self: session },
      onNewDevice: (conversation) => background('devices of members', sync.members(conversation)),
    }),
  });
  const store = exclusiveStore(deps.store, projector);
  const putOff = createListeners<void>();
  const background = (what: string, work: Promise<unknown>): void => {
    work.catch((error: unknown) => {
      log('warn', `${what}: put off`, { error: String(error) });
      putOff.tell();
    });
  };
  const notKept = (error: unknown): void => {
    log('error', 'what a document says could not be kept', { error: String(error) });
    putOff.tell();
  };
  const connection = createConnection(deps);
  const tokens = createDocumentTokens(api, deps.clock);
  const positions: Positions = createPositions({
    ...{ store, timers, log },
    onGap: (conversation) => background('gap', catchUp.conversation(conversation)),
    onMoved: (conversation) => background('read mark', readOwn(store, session.account, conversation)),
  });
  const replicas: Replicas = createReplicas({
    ...{ store, connection, tokens, timers, log, attachLimit: createAttachLimit() },
    onHead: (conversation, replica) =>
      void watchHead(store, conversation, replica, { changed: () => flusher.wake(), failed: notKept }),
    onSegment: (conversation, segment, replica) => {
      // said anew by each link: a device's clock may be set while it is connected
      replica.onReady(({ serverTimeMs }) => hybridClock.correct(serverTimeMs));
      watchSegment(projector, { conversation, segment }, replica, notKept);
    },
  });
  const catchUp = createCatchUp({ store, api, replicas, projector, positions, log, self: session });
  const sync = createConversationSync({ store, api });
  const signer: Signer = { account: session.account, device: session.device, key: keys.sign.privateKey, subtle };
  const flusher = createFlusher({
    ...{ store, api, replicas, timers, log, signer, clock: hybridClock, correct: projector.correct },
    isOnline: () => connection.isOpen,
    now: () => deps.clock.now(),
    onSlowed: deps.onSlowed,
    onStored: (conversation, acks) =>
      positions.reached(
        conversation,
        acks.map(({ arrival }) => arrival),
      ),
    onDoubt: () => background('conversations', sync.run()),
  });
  connection.onChange((isOpen) => {
    if (isOpen) flusher.wake();
  });
  return {
    ...{ api, signer, timers, store, connection, projector, replicas, positions, sync, catchUp, flusher, background },
    onPutOff: putOff.add,
  };
};
