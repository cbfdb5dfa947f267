/**
 * Conversations and who is in them. Somebody who is not a member is told what somebody is told who asks for a
 * conversation that never was. [CNV-1] [CNV-2] [CNV-6] [CNV-7] [LIM-3]
 */
import type { ConversationKind } from '@kith/schema/documents/head';
import type { AccountId, ConversationId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { can } from '@kith/schema/policy/can';
import { err, ok, type Result } from '@kith/schema/result';
import type { Role } from '@kith/schema/role';
import type { Limited } from '@kith/schema/wire-error';
import type { Changes } from '../changes.ts';
import type { Clock } from '../clock.ts';
import type { ConversationStore } from '../storage/account-store.ts';
import type { Allowance } from '../throttle/allowance.ts';
import type { Conversation, ConversationSummary, FormerMemberProfile, MemberProfile } from './conversation.ts';
import { toConversationRecord } from './conversation-record.ts';
import type { EpochError, Epochs } from './epochs.ts';
import { roleOf, toEpoch } from './member-change.ts';

type CreateError =
  | { readonly type: 'conversation-exists' | 'conversation-limit' }
  | ({ readonly type: 'rate-limited' } & Limited);
type NotFound = { readonly type: 'not-found' };
/** Asks as this account. */
type As<T> = T & { readonly by: AccountId; readonly id: ConversationId };

interface MemberList {
  readonly epoch: number;
  readonly members: readonly MemberProfile[];
  readonly former: readonly FormerMemberProfile[];
}

export interface Conversations {
  /** Made again by the same account, while it is in it, it is the same one. */
  create(
    asked: As<{ readonly kind: ConversationKind; readonly title: Uint8Array }>,
  ): Promise<Result<ConversationSummary, CreateError>>;
  list(account: AccountId): Promise<readonly ConversationSummary[]>;
  get(asked: As<object>): Promise<Result<ConversationSummary, NotFound>>;
  rename(
    asked: As<{ readonly title: Uint8Array }>,
  ): Promise<Result<ConversationSummary, NotFound | { readonly type: 'forbidden' }>>;
  members(asked: As<object>): Promise<Result<MemberList, NotFound>>;
  changeRole(
    asked: As<{ readonly account: AccountId; readonly role: Role; readonly epoch: number }>,
  ): Promise<Result<number, EpochError>>;
  /** Removing oneself is leaving. */
  remove(asked: As<{ readonly account: AccountId; readonly epoch: number }>): Promise<Result<number, EpochError>>;
  /** Fine for somebody who is not in it. */
  leave(asked: As<object>): Promise<Result<void, EpochError>>;
}

interface Deps {
  readonly store: ConversationStore;
  readonly epochs: Epochs;
  readonly changes: Changes;
  /** To make new ones. */
  readonly allowance: Allowance;
  readonly clock: Clock;
}

export const createConversations = (deps: Deps): Conversations => ({
  create: (asked) => create(deps, asked),
  list: (account) => deps.store.conversationsOf(account),
  get: (asked) => get(deps, asked),
  rename: (asked) => rename(deps, asked),
  members: async ({ by, id }) => {
    const found = await findFor(deps, id, by);
    if (found === null) return err({ type: 'not-found' });
    const [members, former] = [await deps.store.memberProfiles(id), await deps.store.formerMemberProfiles(id)];
    return ok({ epoch: found.epoch, members, former });
  },
  changeRole: ({ by, id, account, role, epoch }) =>
    change(deps, { by, id, epoch, change: { reason: 'role-changed', account, by, role } }),
  remove: ({ by, id, account, epoch }) =>
    change(deps, {
      by,
      id,
      epoch,
      change: account === by ? { reason: 'left', account } : { reason: 'removed', account, by },
    }),
  leave: async ({ by, id }) => {
    if ((await findFor(deps, id, by)) === null) return ok(undefined);
    const left = await deps.epochs.append({
      conversation: id,
      change: { reason: 'left', account: by },
      onEpoch: null,
      invite: null,
    });
    return left.ok ? ok(undefined) : left;
  },
});

const create = async (
  deps: Deps,
  asked: Parameters<Conversations['create']>[0],
): ReturnType<Conversations['create']> => {
  const { store, clock, changes } = deps;
  const { by, id, kind, title } = asked;
  const existing = await store.conversation(id);
  if (existing !== null) return again(existing, by);
  if ((await store.conversationIdsOf(by)).length >= LIMITS.conversationsPerAccount) {
    return err({ type: 'conversation-limit' });
  }
  const retryAfterMs = deps.allowance.take(by, 1);
  if (retryAfterMs > 0) return err({ type: 'rate-limited', limit: 'conversations', retryAfterMs });
  const at = clock.now();
  const members = [{ account: by, role: 'owner', joinedAt: at }] as const;
  const conversation: Conversation = { id, kind, title, version: 1, epoch: 1, createdBy: by, createdAt: at, members };
  const epoch = toEpoch({ id, epoch: 0 }, members, { reason: 'created', by, at });
  const made = await store.createConversation(conversation, epoch);
  if (!made.ok) return again((await store.conversation(id)) ?? conversation, by);
  changes.conversationChanged(toConversationRecord(conversation), []);
  return ok(toSummary(conversation, 'owner'));
};

const again = (existing: Conversation, by: AccountId): Result<ConversationSummary, { type: 'conversation-exists' }> => {
  const role = roleOf(existing, by);
  return existing.createdBy === by && role !== null
    ? ok(toSummary(existing, role))
    : err({ type: 'conversation-exists' });
};

const get = async (deps: Deps, { by, id }: { by: AccountId; id: ConversationId }): ReturnType<Conversations['get']> => {
  const found = await findFor(deps, id, by);
  return found === null ? err({ type: 'not-found' }) : ok(toSummary(found, found.role));
};

const rename = async (
  deps: Deps,
  asked: Parameters<Conversations['rename']>[0],
): ReturnType<Conversations['rename']> => {
  const { by, id, title } = asked;
  const found = await findFor(deps, id, by);
  if (found === null) return err({ type: 'not-found' });
  if (!can(found.role, 'rename')) return err({ type: 'forbidden' });
  await deps.store.setTitle(id, title);
  const renamed = await deps.store.conversation(id);
  if (renamed === null) return err({ type: 'not-found' });
  deps.changes.conversationChanged(toConversationRecord(renamed), []);
  return ok(toSummary(renamed, found.role));
};

const change = async (
  deps: Deps,
  asked: As<{ readonly epoch: number; readonly change: Parameters<Epochs['append']>[0]['change'] }>,
): Promise<Result<number, EpochError>> => {
  if ((await findFor(deps, asked.id, asked.by)) === null) return err({ type: 'not-found' });
  const changed = await deps.epochs.append({
    conversation: asked.id,
    change: asked.change,
    onEpoch: asked.epoch,
    invite: null,
  });
  return changed.ok ? ok(changed.value.epoch) : changed;
};

/** The conversation as a member may see it; null for everybody else. */
const findFor = async (
  { store }: Deps,
  id: ConversationId,
  account: AccountId,
): Promise<(Conversation & { readonly role: Role }) | null> => {
  const conversation = await store.conversation(id);
  const role = conversation === null ? null : roleOf(conversation, account);
  return conversation === null || role === null ? null : { ...conversation, role };
};

export const toSummary = (conversation: Conversation, role: Role): ConversationSummary => {
  const { id, kind, title, version, epoch, createdBy, createdAt, members } = conversation;
  return { id, kind, title, version, epoch, createdBy, createdAt, role, memberCount: members.length };
};
