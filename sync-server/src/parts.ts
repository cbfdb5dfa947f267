/** Puts the parts of the sync server together: who knows whom is decided here and nowhere else. */
import type { TokenVerifier } from '@kith/auth/token-verifier';
import { type Bus, NO_BUS } from '@kith/schema/bus';
import type { ConversationDirectory } from '@kith/schema/conversation-directory';
import type { ConversationId, Random } from '@kith/schema/ids';
import { createAdmitEvents } from './admit/admit-events.ts';
import { createAcks } from './channels/acks.ts';
import { type Channels, createChannels } from './channels/channels.ts';
import { type Cluster, createCluster } from './cluster/cluster.ts';
import { followOthers } from './cluster/follow-others.ts';
import { tellRows } from './cluster/tell-rows.ts';
import { createAttachExtension } from './extensions/attach.ts';
import { createAuthenticateExtension } from './extensions/authenticate.ts';
import { createAwarenessExtension } from './extensions/awareness.ts';
import { createChannelExtension } from './extensions/channel.ts';
import { createGuardExtension } from './extensions/guard.ts';
import { createPersistenceExtensions } from './extensions/persistence.ts';
import { createSharedPresence } from './extensions/shared-presence.ts';
import { createUpdates } from './extensions/updates.ts';
import { createGuard } from './guard/guard.ts';
import { createHeadKeeper } from './heads/head-keeper.ts';
import { createCompaction, ROWS_BEFORE_FOLD } from './journal/compaction.ts';
import { createJournals } from './journal/journals.ts';
import { type CreateWindow, createLimiter } from './limits/limiter.ts';
import type { Rates } from './limits/rates.ts';
import { createSocketLimits } from './limits/socket-limits.ts';
import { createWriteLimits } from './limits/write-limits.ts';
import { createAttachments } from './live/attachments.ts';
import { createEndedDevices } from './live/ended-devices.ts';
import { createEventClaims } from './live/event-claims.ts';
import { applyForeignFold, applyForeignRow } from './live/foreign-rows.ts';
import { createLiveDocuments, type DocumentState, type LiveDocuments } from './live/live-documents.ts';
import { createOwnWork, type HoldDocument } from './live/own-work.ts';
import { closePeer } from './live/peer.ts';
import type { Log } from './log.ts';
import { createMembership, type MembershipChange } from './membership/membership.ts';
import { createNotices } from './notices/notices.ts';
import { createReceipts } from './receipts/receipts.ts';
import { createConversationSegments } from './segments/conversation-segments.ts';
import { createImportSegments } from './segments/import-segments.ts';
import { createRollover } from './segments/rollover.ts';
import { createSegmentWriter } from './segments/segment-writer.ts';
import { createLoggedEvents } from './signatures/logged-events.ts';
import { createSignatureAudit } from './signatures/signature-audit.ts';
import { createSignatures } from './signatures/signatures.ts';
import type { DocumentStore, Segment } from './storage/document-store.ts';
import type { Timers } from './timers.ts';

export interface PartsDeps {
  readonly store: DocumentStore;
  readonly directory: ConversationDirectory;
  readonly tokens: TokenVerifier;
  readonly clock: { now(): number };
  readonly random: Random;
  readonly log: Log;
  readonly timers: Timers;
  readonly hold: HoldDocument;
  readonly rates: Rates;
  readonly createWindow: CreateWindow;
  readonly bus: Bus;
}

export const createParts = (deps: PartsDeps) => {
  const { store, directory, tokens, clock, log } = deps;
  const live = createLiveDocuments();
  const channels = createChannels();
  const cluster = createCluster(deps);
  const storage = createStorageParts(deps, { live, channels, cluster });
  const conversations = createConversationParts(deps, { live, channels, cluster }, storage);
  const { journals, position, onStored, settled } = storage;
  const { attachments, membership, segments, rollover } = conversations;

  const ended = createEndedDevices(clock);
  const { tell } = cluster;
  const notices = createNotices({ channels, membership, tell, log });
  const receipts = createReceipts({ store, membership, channels, clock, position, tell });
  const presence = createSharedPresence(cluster);
  const limits = createLimits(deps);
  const authentication = createAuthenticateExtension({
    ...{ ...limits, tokens, directory, membership, segments, ended, clock },
  });
  const ownWork = createOwnWork({ live, hold: deps.hold });
  const signatures = createSignatures({ directory });
  const audit = createSignatureAudit({
    ...deps,
    signatures,
    logged: createLoggedEvents({ ownWork, journals, onStored }),
  });
  const gates = { claims: createEventClaims(store), live, membership, segments, journals, audit, clock };
  const writes = { guard: createGuard(), acks: createAcks(), notices, rollover, onStored };
  const updates = createUpdates({
    ...{ ...writes, ...gates, limits: limits.writes, attachments, sessionFault: authentication.fault, log },
  });
  const extensions = [
    authentication,
    ...createPersistenceExtensions({ ...deps, ...storage, ...conversations, live, isAlone: deps.bus === NO_BUS }),
    createGuardExtension({ updates, clock }),
    createAttachExtension({ live, attachments, channels, journals, sessionFault: authentication.fault, clock, log }),
    createAwarenessExtension({ clock }),
    presence.extension,
    createChannelExtension({ receipts, clock, log }),
  ];
  const admitEvents = createAdmitEvents({
    ...writes,
    ...gates,
    limits: limits.writes,
    store,
    directory,
    signatures,
    ownWork,
    settled,
  });
  followOthers({ cluster, presence, journals, notices, receipts, segments });
  return {
    live,
    channels,
    ended,
    ...limits,
    ...storage,
    ...conversations,
    audit,
    admitEvents,
    extensions,
    updates,
    sessionFault: authentication.fault,
  };
};

const createLimits = ({ createWindow, rates, log }: PartsDeps) => ({
  writes: createWriteLimits(createWindow, rates),
  attaches: createLimiter(createWindow, 'attaches', rates.attaches),
  requests: createLimiter(createWindow, 'requests', rates.requests),
  sockets: createSocketLimits({ createWindow, rates, log }),
});

/** What is in memory, who is connected, and the other processes. */
interface Ground {
  readonly live: LiveDocuments;
  readonly channels: Channels;
  readonly cluster: Cluster;
}

/** Journals and compaction, and what they tell documents, devices and other processes. */
const createStorageParts = (deps: PartsDeps, { live, channels, cluster }: Ground) => {
  const { store, bus, log } = deps;
  const journals = createJournals({
    ...deps,
    onState: (state) => channels.sendToAll({ type: 'storage', state }),
    onAppended: (rows) => tellRows(cluster, rows),
    onForeignRow: (row) => applyForeignRow(live, row),
    onForeignFold: (journal) => applyForeignFold(live, store, journal),
  });
  const compaction = createCompaction({
    store,
    log,
    alone: bus.alone,
    onFolded: (document) => {
      const state = live.find(document);
      if (state !== null) state.rows = 0;
    },
  });
  return {
    journals,
    compaction,
    onStored: (state: DocumentState): void => {
      state.rows++;
      if (state.rows >= ROWS_BEFORE_FOLD) compaction.request(state.document.name);
    },
    position: (id: ConversationId) => store.position(`conversation/${id}`),
    /** Waits for what is in flight; false when that cannot be stored now. */
    settled: async (id: ConversationId): Promise<boolean> =>
      (await journals.find(`conversation/${id}`)?.settled()) ?? true,
  };
};

/** Members, segments and heads, which follow each other's changes. */
const createConversationParts = (
  deps: PartsDeps,
  { live, channels, cluster }: Ground,
  { journals, compaction, onStored, settled }: ReturnType<typeof createStorageParts>,
) => {
  const { store, clock, log } = deps;
  const attachments = createAttachments();
  const isInUse = (id: ConversationId): boolean => live.ofJournal(`conversation/${id}`).length > 0;

  const followMembers = ({ conversation, record, removed }: MembershipChange): void => {
    for (const peer of attachments.of(`conversation/${conversation}`)) {
      if (removed.includes(peer.context.session.account)) closePeer(peer, 'not-member');
    }
    heads.refresh(conversation);
    const accounts = new Set([...(record?.roleByAccount.keys() ?? []), ...removed]);
    for (const account of accounts) channels.sendToAccount(account, { type: 'conversations-changed' });
  };
  const membership = createMembership({ ...deps, isInUse, onChange: followMembers });

  const lastArrival = async (id: ConversationId): Promise<number> => {
    await settled(id);
    return (await store.position(`conversation/${id}`)).lastArrival;
  };
  const writer = createSegmentWriter({ store, clock, lastArrival });
  const segments = createConversationSegments({
    ...{ store, writer, tell: cluster.tell },
    onChange: (id) => heads.refresh(id),
  });
  const heads = createHeadKeeper({ live, membership, segments, journals, onStored });
  const onClosed = ({ conversation, n }: Segment): void => compaction.request(`conversation/${conversation}/${n}`);
  const rollover = createRollover({ segments, clock, log, onClosed });
  const imports = createImportSegments({ segments, settled, onClosed });
  return { attachments, membership, segments, heads, rollover, imports, isInUse };
};
