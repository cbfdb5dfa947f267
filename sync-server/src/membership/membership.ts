/**
 * Who is in which conversation, as far as this process needs it: a cache over the directory, asked at every message.
 * Changes arrive at once through the directory; every few seconds the versions of what is cached are compared, so a
 * change that got lost heals. Conversations nobody asks about are forgotten. [SYN-3] [SYN-4]
 */
import type { ConversationDirectory, ConversationRecord } from '@kith/schema/conversation-directory';
import type { AccountId, ConversationId } from '@kith/schema/ids';
import type { Role } from '@kith/schema/role';
import type { Log } from '../log.ts';
import type { Timers } from '../timers.ts';

export const POLL_MS = 5_000;

export interface MembershipChange {
  /** Null when the conversation is gone. */
  readonly record: ConversationRecord | null;
  readonly conversation: ConversationId;
  readonly removed: readonly AccountId[];
}

export interface Membership {
  /** Asks the directory unless it is cached. Null when there is no such conversation. */
  get(conversation: ConversationId): Promise<ConversationRecord | null>;
  /** What is cached; null when nothing is. */
  peek(conversation: ConversationId): ConversationRecord | null;
  /** From the cache: null for anybody who is not a member. */
  role(conversation: ConversationId, account: AccountId): Role | null;
  close(): void;
}

interface MembershipDeps {
  readonly directory: ConversationDirectory;
  readonly timers: Timers;
  readonly log: Log;
  /** Conversations with documents in memory stay cached. */
  readonly isInUse: (conversation: ConversationId) => boolean;
  readonly onChange: (change: MembershipChange) => void;
}

interface Entry {
  record: ConversationRecord;
  isTouched: boolean;
}

export const createMembership = ({ directory, timers, log, isInUse, onChange }: MembershipDeps): Membership => {
  const entries = new Map<ConversationId, Entry>();

  const touch = (id: ConversationId): ConversationRecord | null => {
    const entry = entries.get(id);
    if (entry === undefined) return null;
    entry.isTouched = true;
    return entry.record;
  };

  /** Keeps the newest version seen; returns who is no longer in it. */
  const put = (record: ConversationRecord): AccountId[] => {
    const entry = entries.get(record.id);
    if (entry !== undefined && entry.record.version >= record.version) return [];
    entries.set(record.id, { record, isTouched: true });
    return [...(entry?.record.roleByAccount.keys() ?? [])].filter((account) => !record.roleByAccount.has(account));
  };

  const refetch = async (id: ConversationId): Promise<void> => {
    const record = await directory.conversation(id);
    if (record !== null) return onChange({ record, conversation: id, removed: put(record) });
    const removed = [...(entries.get(id)?.record.roleByAccount.keys() ?? [])];
    entries.delete(id);
    onChange({ record: null, conversation: id, removed });
  };

  const poll = async (): Promise<void> => {
    for (const [id, entry] of entries) {
      if (!entry.isTouched && !isInUse(id)) entries.delete(id);
      entry.isTouched = false;
    }
    if (entries.size === 0) return;
    const versions = await directory.versions([...entries.keys()]);
    const stale = [...entries].filter(([id, { record }]) => versions.get(id) !== record.version);
    for (const [id] of stale) await refetch(id);
  };

  const stopPolling = timers.every(POLL_MS, () => {
    poll().catch((cause) => log.warn('members could not be compared with the directory', { cause }));
  });

  const stopListening = directory.onConversationChanged((record, removed) => {
    onChange({ record, conversation: record.id, removed: [...new Set([...removed, ...put(record)])] });
  });

  return {
    get: async (id) => {
      const cached = touch(id);
      if (cached !== null) return cached;
      const record = await directory.conversation(id);
      if (record === null) return null;
      put(record);
      return touch(id);
    },
    peek: touch,
    role: (id, account) => touch(id)?.roleByAccount.get(account) ?? null,
    close: () => {
      stopPolling();
      stopListening();
    },
  };
};
