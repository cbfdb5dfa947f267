/**
 * Invitations by link. The server knows the hash of a proof; who shows the proof has the link. Without it every
 * invitation looks the same: not there. An invitation is as good as whoever made it is still allowed to invite.
 * [INV-1] [INV-2] [INV-3] [INV-4] [INV-5]
 */
import type { AccountId, ConversationId, InviteId } from '@kith/schema/ids';
import { inviteProofHash } from '@kith/schema/invite-proof';
import { LIMITS } from '@kith/schema/limits';
import { can } from '@kith/schema/policy/can';
import { err, ok, type Result } from '@kith/schema/result';
import type { Limited } from '@kith/schema/wire-error';
import { equalBytes } from '../bytes.ts';
import type { Clock } from '../clock.ts';
import type { Conversation, ConversationSummary } from '../conversations/conversation.ts';
import { toSummary } from '../conversations/conversations.ts';
import type { EpochError, Epochs } from '../conversations/epochs.ts';
import { roleOf } from '../conversations/member-change.ts';
import type { AccountStore } from '../storage/account-store.ts';
import type { Throttle } from '../throttle/throttle.ts';
import type { Invite } from './invite.ts';

type NoInvite = { readonly type: 'not-found' | 'forbidden' };
type ProofError =
  | { readonly type: 'invite-invalid' | 'invite-expired' | 'invite-used-up' | 'invite-revoked' }
  | ({ readonly type: 'rate-limited' } & Limited);

interface Shown {
  readonly invite: InviteId;
  readonly proof: Uint8Array;
  /** Whose guesses are counted together. */
  readonly guesser: string;
}

export interface InvitePreview {
  readonly conversation: Conversation;
  readonly invitedBy: string;
  readonly role: Invite['role'];
}

export interface Invites {
  /** Made again with the same proof by a member who may, it is the same one. */
  create(
    by: AccountId,
    asked: Pick<Invite, 'id' | 'conversation' | 'proofHash' | 'role' | 'maxUses'> & {
      readonly expiresInSeconds: number;
    },
  ): Promise<Result<Invite, NoInvite | { readonly type: 'invite-limit' } | { type: 'bad-request'; detail: string }>>;
  list(by: AccountId, conversation: ConversationId): Promise<Result<readonly Invite[], NoInvite>>;
  revoke(by: AccountId, conversation: ConversationId, invite: InviteId): Promise<Result<void, NoInvite>>;
  preview(shown: Shown): Promise<Result<InvitePreview, ProofError>>;
  /** For a member: the conversation as it is, no use counted. */
  join(
    account: AccountId,
    shown: Shown,
  ): Promise<Result<ConversationSummary, ProofError | EpochError | { readonly type: 'conversation-limit' }>>;
}

interface Deps {
  readonly store: AccountStore;
  readonly epochs: Epochs;
  readonly throttle: Throttle;
  readonly clock: Clock;
}

export const createInvites = (deps: Deps): Invites => ({
  create: (by, asked) => create(deps, by, asked),
  list: async (by, conversation) => {
    const allowed = await findInviting(deps, by, conversation);
    return allowed.ok ? ok(await deps.store.invitesOf(conversation)) : allowed;
  },
  revoke: async (by, conversation, invite) => {
    const allowed = await findInviting(deps, by, conversation);
    if (!allowed.ok) return allowed;
    const revoked = await deps.store.revokeInvite(conversation, invite, deps.clock.now());
    return revoked ? ok(undefined) : err({ type: 'not-found' });
  },
  preview: async (shown) => {
    const found = await open(deps, shown);
    if (!found.ok) return found;
    const { invite, conversation } = found.value;
    const fault = inviteFault(deps, invite, conversation);
    if (fault !== null) return err({ type: fault });
    const inviter = await deps.store.account(invite.createdBy);
    return ok({ conversation, invitedBy: inviter?.name ?? '', role: invite.role });
  },
  join: (account, shown) => join(deps, account, shown),
});

const create = async (
  deps: Deps,
  by: AccountId,
  asked: Parameters<Invites['create']>[1],
): ReturnType<Invites['create']> => {
  const { store, clock } = deps;
  const allowed = await findInviting(deps, by, asked.conversation);
  if (!allowed.ok) return allowed;
  const now = clock.now();
  const existing = (await store.invitesOf(asked.conversation)).filter((one) => isOpen(one, now) || one.id === asked.id);
  const { expiresInSeconds, ...rest } = asked;
  const made = { createdBy: by, createdAt: now, expiresAt: now + expiresInSeconds * 1000, uses: 0, revokedAt: null };
  const invite: Invite = { ...rest, ...made };
  const isKnown = existing.some(({ id }) => id === asked.id);
  if (!isKnown && existing.length >= LIMITS.invitesPerConversation) return err({ type: 'invite-limit' });
  if (!isKnown && (await store.createInvite(invite))) return ok(invite);
  const known = await store.invite(asked.id);
  return known?.conversation === asked.conversation && equalBytes(known.proofHash, asked.proofHash)
    ? ok(known)
    : err({ type: 'bad-request', detail: 'id: another invitation has it' });
};

const join = async (deps: Deps, account: AccountId, shown: Shown): ReturnType<Invites['join']> => {
  const found = await open(deps, shown);
  if (!found.ok) return found;
  const { invite, conversation } = found.value;
  const role = roleOf(conversation, account);
  if (role !== null) return ok(toSummary(conversation, role));
  const fault = inviteFault(deps, invite, conversation);
  if (fault !== null) return err({ type: fault });
  if ((await deps.store.conversationIdsOf(account)).length >= LIMITS.conversationsPerAccount) {
    return err({ type: 'conversation-limit' });
  }
  const joined = await deps.epochs.append({
    conversation: conversation.id,
    change: { reason: 'joined', account, role: invite.role, invitedBy: invite.createdBy },
    onEpoch: null,
    invite: invite.id,
  });
  return joined.ok ? ok(toSummary(joined.value, roleOf(joined.value, account) ?? invite.role)) : joined;
};

/** The same work and the same answer whether the invitation or the proof is wrong. */
const open = async (
  { store, throttle }: Deps,
  { invite: id, proof, guesser }: Shown,
): Promise<Result<{ readonly invite: Invite; readonly conversation: Conversation }, ProofError>> => {
  const retryAfterMs = throttle.waitMs(guesser);
  if (retryAfterMs > 0) return err({ type: 'rate-limited', limit: 'tries', retryAfterMs });
  throttle.count(guesser);
  const invite = await store.invite(id);
  const isRight = equalBytes(invite?.proofHash ?? NO_PROOF, inviteProofHash(proof));
  const conversation = invite !== null && isRight ? await store.conversation(invite.conversation) : null;
  if (invite === null || conversation === null) return err({ type: 'invite-invalid' });
  throttle.giveBack(guesser);
  return ok({ invite, conversation });
};
const NO_PROOF = new Uint8Array(32);

const inviteFault = (
  { clock }: Deps,
  invite: Invite,
  conversation: Conversation,
): 'invite-revoked' | 'invite-expired' | 'invite-used-up' | null => {
  if (invite.revokedAt !== null || !can(roleOf(conversation, invite.createdBy), 'invite')) return 'invite-revoked';
  if (invite.expiresAt <= clock.now()) return 'invite-expired';
  return invite.uses >= invite.maxUses ? 'invite-used-up' : null;
};

const isOpen = (invite: Invite, now: number): boolean =>
  invite.revokedAt === null && invite.expiresAt > now && invite.uses < invite.maxUses;

const findInviting = async (
  { store }: Deps,
  by: AccountId,
  id: ConversationId,
): Promise<Result<Conversation, NoInvite>> => {
  const conversation = await store.conversation(id);
  const role = conversation === null ? null : roleOf(conversation, by);
  if (conversation === null || role === null) return err({ type: 'not-found' });
  return can(role, 'invite') && conversation.kind !== 'self' ? ok(conversation) : err({ type: 'forbidden' });
};
