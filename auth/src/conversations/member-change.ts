/**
 * What a change of members or roles makes of a conversation: pure, and refused where it may not be. A conversation with
 * members has an owner, always. [CNV-3] [CNV-4] [CNV-5]
 */
import type { AccountId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { can, canChangeRole } from '@kith/schema/policy/can';
import { err, ok, type Result } from '@kith/schema/result';
import type { Role } from '@kith/schema/role';
import type { Conversation, Epoch, EpochReason, Member } from './conversation.ts';

export type MemberChange =
  | {
      readonly reason: 'joined';
      readonly account: AccountId;
      readonly role: Role;
      /** Whoever made the invitation must still be allowed to. */
      readonly invitedBy: AccountId;
    }
  | { readonly reason: 'left'; readonly account: AccountId }
  | { readonly reason: 'removed'; readonly account: AccountId; readonly by: AccountId }
  | { readonly reason: 'role-changed'; readonly account: AccountId; readonly by: AccountId; readonly role: Role };

export type MemberChangeError = {
  readonly type: 'forbidden' | 'not-found' | 'last-owner' | 'member-limit' | 'invite-revoked';
};

/** Null inside when nothing would change, which is fine for whoever asks a second time. */
export const changeMembers = (
  conversation: Conversation,
  change: MemberChange,
  now: number,
): Result<readonly Member[] | null, MemberChangeError> => {
  const { members } = conversation;
  const from = roleOf(conversation, change.account);
  const others = members.filter(({ account }) => account !== change.account);
  switch (change.reason) {
    case 'joined': {
      if (from !== null) return ok(null);
      if (!can(roleOf(conversation, change.invitedBy), 'invite')) return err({ type: 'invite-revoked' });
      if (members.length >= memberLimit(conversation)) return err({ type: 'member-limit' });
      return ok([...members, { account: change.account, role: change.role, joinedAt: now }]);
    }
    case 'left':
      return from === null ? ok(null) : withOwner(others);
    case 'removed': {
      const by = roleOf(conversation, change.by);
      if (by === null || !canChangeRole(by, from, null)) return err({ type: 'forbidden' });
      return from === null ? ok(null) : withOwner(others);
    }
    case 'role-changed': {
      const by = roleOf(conversation, change.by);
      if (by === null || !canChangeRole(by, from, change.role)) return err({ type: 'forbidden' });
      if (from === null) return err({ type: 'not-found' });
      if (from === change.role) return ok(null);
      return withOwner(members.map((one) => (one.account === change.account ? { ...one, role: change.role } : one)));
    }
  }
};

export const roleOf = ({ members }: Pick<Conversation, 'members'>, account: AccountId): Role | null =>
  members.find((member) => member.account === account)?.role ?? null;

export const toEpoch = (
  conversation: Pick<Conversation, 'id' | 'epoch'>,
  members: readonly Member[],
  made: { readonly reason: EpochReason; readonly by: AccountId; readonly at: number },
): Epoch => ({
  conversation: conversation.id,
  number: conversation.epoch + 1,
  members: members.map(({ account, role }) => ({ account, role, chainSeq: 0 })),
  key: null,
  ...made,
});

const withOwner = (members: readonly Member[]): Result<readonly Member[], { readonly type: 'last-owner' }> =>
  members.length === 0 || members.some(({ role }) => role === 'owner') ? ok(members) : err({ type: 'last-owner' });

const MEMBER_LIMITS = { self: 1, direct: 2, group: LIMITS.membersPerConversation } as const;
const memberLimit = ({ kind }: Conversation): number => MEMBER_LIMITS[kind];
