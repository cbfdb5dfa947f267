/** The calls about conversations and invitations that are to be cut off. */
import type { ConversationId } from '@kith/schema/ids';
import type { AccountStore, NewAccount } from '../storage/account-store.ts';
import { bytes, newConversationRow, newInviteRow, newSignUp, nextEpoch } from './account-fixtures.ts';
import { newId } from './auth-harness.ts';
import { START_MS } from './fixed-clock.ts';
import { newHandle, type Run, type Scenario } from './interruption.ts';

const lookAtConversation = async (store: AccountStore, id: ConversationId) => ({
  conversation: await store.conversation(id),
  versions: await store.versions([id]),
  epochs: await store.epochs(id),
  second: await store.epoch(id, 2),
  invites: await store.invitesOf(id),
  members: await store.memberProfiles(id),
  former: await store.formerMemberProfiles(id),
});

type Made = ReturnType<typeof newConversationRow> & { readonly people: readonly NewAccount[] };

/** With a conversation of one, who has invited, and another who is to come. */
const ofConversation = (
  name: string,
  steps: (made: Made) => Pick<Run, 'act'> & Partial<Pick<Run, 'prepare'>>,
): Scenario => ({
  name,
  make: () => {
    const people = [newSignUp(newHandle()), newSignUp(newHandle())];
    const made = { ...newConversationRow(people[0]!.account.id), people };
    const { prepare, act } = steps(made);
    return {
      prepare: async (store) => {
        for (const one of people) await store.createAccount(one);
        await store.createConversation(made.conversation, made.epoch);
        await prepare?.(store);
      },
      act,
      look: (store) => lookAtConversation(store, made.conversation.id),
    };
  },
});

export const CONVERSATION_SCENARIOS: readonly Scenario[] = [
  {
    name: 'createConversation',
    make: () => {
      const { conversation, epoch } = newConversationRow(newId());
      return {
        prepare: async () => {},
        act: (store) => store.createConversation(conversation, epoch),
        look: (store) => lookAtConversation(store, conversation.id),
      };
    },
  },
  ofConversation('setTitle', ({ conversation }) => ({ act: (store) => store.setTitle(conversation.id, bytes(9, 3)) })),
  ofConversation('appendEpoch by an invitation', ({ conversation, people }) => {
    const invite = newInviteRow(conversation);
    return {
      prepare: async (store) => {
        await store.createInvite(invite);
      },
      act: (store) => store.appendEpoch(nextEpoch(conversation, 1, [people[1]!.account.id], invite.id)),
    };
  }),
  ofConversation('appendEpoch by which somebody leaves', ({ conversation, people }) => ({
    prepare: async (store) => {
      await store.appendEpoch(nextEpoch(conversation, 1, [people[1]!.account.id]));
    },
    act: (store) => store.appendEpoch(nextEpoch(conversation, 2, [])),
  })),
  ofConversation('createInvite', ({ conversation }) => {
    const invite = newInviteRow(conversation);
    return { act: (store) => store.createInvite(invite) };
  }),
  ofConversation('revokeInvite, after another was revoked', ({ conversation }) => {
    const [one, two] = [newInviteRow(conversation), newInviteRow(conversation, { createdAt: START_MS + 1 })];
    return {
      prepare: async (store) => {
        for (const invite of [one, two]) await store.createInvite(invite);
        await store.revokeInvite(conversation.id, one.id, START_MS + 1);
      },
      act: (store) => store.revokeInvite(conversation.id, two.id, START_MS + 2),
    };
  }),
];
