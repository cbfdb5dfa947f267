import type { AccountId, ConversationId, InviteId } from '@kith/schema/ids';
import { err, ok } from '@kith/schema/result';
import type {
  Conversation,
  ConversationSummary,
  Epoch,
  FormerMemberProfile,
  MemberProfile,
} from '../../conversations/conversation.ts';
import type { Invite } from '../../invites/invite.ts';
import type { ConversationStore } from '../account-store.ts';
import { devicesOf, type MemoryIdentities } from './memory-identities.ts';

export interface MemoryConversations {
  readonly conversations: Map<ConversationId, Conversation>;
  readonly epochs: Map<ConversationId, readonly Epoch[]>;
  readonly invites: Map<InviteId, Invite>;
}

interface Tables extends MemoryConversations {
  readonly identities: MemoryIdentities;
}

export const emptyConversations = (): MemoryConversations => ({
  conversations: new Map(),
  epochs: new Map(),
  invites: new Map(),
});

/** No method awaits between its reads and its writes, so each is atomic. */
export const createMemoryConversations = (
  identities: MemoryIdentities,
  conversations: MemoryConversations,
): ConversationStore => {
  const tables: Tables = { ...conversations, identities };
  return { ...conversationMethods(tables), ...epochMethods(tables), ...inviteMethods(tables) };
};

type EpochMethod = 'appendEpoch' | 'epochs' | 'epoch' | 'memberProfiles' | 'formerMemberProfiles';
type InviteMethod = 'createInvite' | 'invite' | 'invitesOf' | 'revokeInvite';
type ConversationMethod = Exclude<keyof ConversationStore, EpochMethod | InviteMethod>;

const conversationMethods = (tables: Tables): Pick<ConversationStore, ConversationMethod> => ({
  createConversation: async (conversation, epoch) => {
    if (tables.conversations.has(conversation.id)) return err({ type: 'conversation-exists' });
    tables.conversations.set(conversation.id, conversation);
    tables.epochs.set(conversation.id, [epoch]);
    return ok(undefined);
  },
  conversation: async (id) => tables.conversations.get(id) ?? null,
  conversationsOf: async (account) =>
    [...tables.conversations.values()]
      .flatMap((conversation): ConversationSummary[] => {
        const { members, ...rest } = conversation;
        const member = members.find((one) => one.account === account);
        return member === undefined ? [] : [{ ...rest, role: member.role, memberCount: members.length }];
      })
      .sort((a, b) => a.createdAt - b.createdAt),
  conversationIdsOf: async (account) =>
    [...tables.conversations.values()].flatMap(({ id, members }) =>
      members.some((member) => member.account === account) ? [id] : [],
    ),
  versions: async (ids) =>
    new Map(
      ids.flatMap((id) => {
        const conversation = tables.conversations.get(id);
        return conversation === undefined ? [] : [[id, conversation.version] as const];
      }),
    ),
  setTitle: async (id, title) => {
    const conversation = tables.conversations.get(id);
    if (conversation === undefined) return null;
    const version = conversation.version + 1;
    tables.conversations.set(id, { ...conversation, title, version });
    return version;
  },
});

const epochMethods = (tables: Tables): Pick<ConversationStore, EpochMethod> => ({
  appendEpoch: async ({ epoch, members, invite: inviteId }) => {
    const conversation = tables.conversations.get(epoch.conversation);
    if (conversation === undefined || conversation.epoch + 1 !== epoch.number) return err({ type: 'epoch-conflict' });
    const invite = inviteId === null ? undefined : tables.invites.get(inviteId);
    const isOurs = invite?.conversation === conversation.id && invite.revokedAt === null;
    if (inviteId !== null && !isOurs) return err({ type: 'invite-revoked' });
    if (invite !== undefined && invite.uses >= invite.maxUses) return err({ type: 'invite-used-up' });
    if (invite !== undefined) tables.invites.set(invite.id, { ...invite, uses: invite.uses + 1 });
    const version = conversation.version + 1;
    tables.conversations.set(conversation.id, { ...conversation, version, epoch: epoch.number, members });
    tables.epochs.set(conversation.id, [...(tables.epochs.get(conversation.id) ?? []), epoch]);
    return ok(version);
  },
  epochs: async (conversation) => tables.epochs.get(conversation) ?? [],
  epoch: async (conversation, number) =>
    tables.epochs.get(conversation)?.find((epoch) => epoch.number === number) ?? null,
  memberProfiles: async (id) =>
    (tables.conversations.get(id)?.members ?? []).flatMap((member): MemberProfile[] => {
      const account = tables.identities.accounts.get(member.account);
      if (account === undefined) return [];
      const devices = devicesOf(tables.identities, account.id);
      return [{ ...member, handle: account.handle, name: account.name, devices }];
    }),
  formerMemberProfiles: async (id) =>
    [...leftAtByAccount(tables.epochs.get(id) ?? [])].flatMap(([former, leftAt]): FormerMemberProfile[] => {
      const account = tables.identities.accounts.get(former);
      if (account === undefined) return [];
      const devices = devicesOf(tables.identities, account.id);
      return [{ account: former, handle: account.handle, name: account.name, leftAt, devices }];
    }),
});

/** Those who are in an earlier epoch and not in the last, in the order in which they left. */
const leftAtByAccount = (epochs: readonly Epoch[]): ReadonlyMap<AccountId, number> => {
  const leftAt = new Map<AccountId, number>();
  epochs.forEach(({ members }, i) => {
    const next = epochs[i + 1];
    for (const { account } of members) {
      if (next === undefined) leftAt.delete(account);
      else if (next.members.every((member) => member.account !== account)) leftAt.set(account, next.at);
    }
  });
  return new Map([...leftAt].sort(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1)));
};

const inviteMethods = (tables: Tables): Pick<ConversationStore, InviteMethod> => ({
  createInvite: async (invite) => {
    if (tables.invites.has(invite.id)) return false;
    tables.invites.set(invite.id, invite);
    return true;
  },
  invite: async (id) => tables.invites.get(id) ?? null,
  invitesOf: async (conversation) =>
    [...tables.invites.values()]
      .filter((invite) => invite.conversation === conversation)
      .sort((a, b) => a.createdAt - b.createdAt),
  revokeInvite: async (conversation, id, at) => {
    const invite = tables.invites.get(id);
    if (invite === undefined || invite.conversation !== conversation) return false;
    if (invite.revokedAt === null) tables.invites.set(id, { ...invite, revokedAt: at });
    return true;
  },
});
