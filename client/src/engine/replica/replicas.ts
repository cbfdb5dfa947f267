/** The replicas in use, shared by whoever needs them, and kept a while longer. [REP-3] */
import { headName, parseDocName, segmentName } from '@kith/schema/doc-name';
import type { ConversationId } from '@kith/schema/ids';
import type { LocalStore } from '../storage/local-store.ts';
import { createLingering } from './lingering.ts';
import { createReplica, type Replica, type ReplicaDeps, type ReplicaKind } from './replica.ts';

export interface ReplicaUse {
  readonly replica: Replica;
  /** Idempotent. */
  release(): void;
}

export interface Replicas {
  head(conversation: ConversationId): ReplicaUse;
  segment(conversation: ConversationId, n: number): ReplicaUse;
  /** To read a segment once: not kept on the device, and not watched. */
  passing(conversation: ConversationId, n: number): ReplicaUse;
  /** A segment that only this device writes and that is not kept: an import's. The caller closes it. */
  imported(conversation: ConversationId, n: number): Replica;
  /** These conversations are about to be opened. */
  prefetchTokens(conversations: readonly ConversationId[]): void;
  /** Deletes the copies kept of a conversation. Those in use see to themselves when they are linked. [REP-5] */
  forget(conversation: ConversationId, segments: readonly number[]): Promise<void>;
  close(): Promise<void>;
}

const HEAD: ReplicaKind = { isKept: true, hasPresence: true, isWritten: false };
const SEGMENT: ReplicaKind = { isKept: true, hasPresence: false, isWritten: true };
const CARE_MS = 20_000;

interface Entry {
  readonly replica: Replica;
  users: number;
}

export interface ReplicasDeps extends ReplicaDeps {
  /** Told of every segment that comes into use, before it is linked. */
  readonly onSegment: (conversation: ConversationId, n: number, replica: Replica) => void;
  readonly onHead: (conversation: ConversationId, replica: Replica) => void;
}

export const createReplicas = (deps: ReplicasDeps): Replicas => {
  const entries = new Map<string, Entry>();
  const closing = new Map<string, Promise<void>>();

  const closeEntry = (name: string, entry: Entry): Promise<void> => {
    entries.delete(name);
    lingering.remove(name);
    const done = entry.replica
      .close()
      .then(() => forgetIfClosed(deps.store, name))
      // a copy that stays is read again, or deleted, when the document is next opened
      .catch((error: unknown) => deps.log('error', 'a replica was not put away', { name, error: String(error) }))
      .finally(() => closing.delete(name));
    closing.set(name, done);
    return done;
  };
  const lingering = createLingering(deps.timers, (name) => {
    const entry = entries.get(name);
    if (entry !== undefined) void closeEntry(name, entry);
  });
  const use = (name: string, entry: Entry): ReplicaUse => {
    entry.users++;
    lingering.remove(name);
    let isReleased = false;
    return {
      replica: entry.replica,
      release: () => {
        if (isReleased) return;
        isReleased = true;
        entry.users--;
        if (entry.users === 0 && entries.get(name) === entry) lingering.add(name);
      },
    };
  };
  const acquire = (name: string, kind: ReplicaKind, onOpened: (replica: Replica) => void): ReplicaUse => {
    const known = entries.get(name);
    if (known !== undefined) return use(name, known);
    const beforeOpen = async (): Promise<void> => {
      await closing.get(name);
      await kind.beforeOpen?.();
    };
    const incarnation = (): Promise<number | null> => incarnationOf(deps.store, name);
    const replica = createReplica(deps, name, { ...kind, beforeOpen, incarnation });
    const entry: Entry = { replica, users: 0 };
    entries.set(name, entry);
    onOpened(replica);
    return use(name, entry);
  };
  // with a new connection nothing is linked anew that nobody uses
  const stopListening = deps.connection.onChange((isOpen) => {
    if (!isOpen) lingering.endAll();
  });
  const stopCare = deps.timers.every(CARE_MS, () => {
    for (const { replica } of entries.values()) replica.renewTokenIfStale();
  });

  return {
    head: (conversation) => acquire(headName(conversation), HEAD, (replica) => deps.onHead(conversation, replica)),
    segment: (conversation, n) => {
      const name = segmentName(conversation, n);
      const beforeOpen = (): Promise<void> => forgetIfUncertain(deps.store, conversation, n);
      return acquire(name, { ...SEGMENT, beforeOpen }, (replica) => deps.onSegment(conversation, n, replica));
    },
    passing: (conversation, n) => acquire(segmentName(conversation, n), { ...SEGMENT, isKept: false }, NOTHING),
    imported: (conversation, n) => createReplica(deps, segmentName(conversation, n), { ...SEGMENT, isKept: false }),
    prefetchTokens: (conversations) => deps.tokens.prefetch(conversations.map((id) => `conversation/${id}` as const)),
    forget: async (conversation, segments) => {
      for (const name of [headName(conversation), ...segments.map((n) => segmentName(conversation, n))]) {
        await closing.get(name);
        if (!entries.has(name)) await deps.store.deleteReplica(name);
      }
    },
    close: async () => {
      stopCare();
      stopListening();
      await Promise.all([...entries].map(([name, entry]) => closeEntry(name, entry)));
    },
  };
};

const NOTHING = (): void => undefined;

const incarnationOf = async (store: LocalStore, name: string): Promise<number | null> => {
  const parsed = parseDocName(name);
  if (parsed === null || parsed.type === 'account') return null;
  return (await store.conversation(parsed.conversation))?.incarnation || null; // 0: not known yet
};

/** What is closed stands in the tables; its copy is not needed any more. */
const forgetIfClosed = async (store: LocalStore, name: string): Promise<void> => {
  const parsed = parseDocName(name);
  if (parsed?.type !== 'segment') return;
  const row = await store.conversation(parsed.conversation);
  const isClosed = row?.segments.some(({ n, state }) => n === parsed.n && state === 'closed') ?? false;
  if (isClosed) await store.deleteReplica(name);
};

/**
 * Events that were signed for this segment and not acknowledged may stand in the stored copy without the server having
 * them: after a kill the copy begins anew. [REP-2]
 */
const forgetIfUncertain = async (store: LocalStore, conversation: ConversationId, n: number): Promise<void> => {
  const isUncertain = (await store.outbox()).some(
    (entry) => entry.type === 'event' && entry.conversation === conversation && entry.signed?.segment === n,
  );
  if (isUncertain) await store.deleteReplica(segmentName(conversation, n));
};
