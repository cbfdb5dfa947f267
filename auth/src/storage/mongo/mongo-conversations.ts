/** Conversations in MongoDB, and who is and was in them. */
import type { AccountId, ConversationId } from '@kith/schema/ids';
import { err, ok } from '@kith/schema/result';
import type { Conversation, ConversationSummary, Member } from '../../conversations/conversation.ts';
import type { ConversationStore } from '../account-store.ts';
import type { MongoDatabase } from './mongo-database.ts';
import { leftAtByAccount, type MongoEpochs, memberFields, toEpochRow } from './mongo-epochs.ts';
import type { MongoInvites } from './mongo-invites.ts';
import type { ConversationState } from './mongo-layout.ts';
import { devicesOf } from './mongo-sessions.ts';

type MongoConversations = Omit<ConversationStore, keyof MongoInvites | keyof MongoEpochs>;
type ProfileMethod = 'memberProfiles' | 'formerMemberProfiles';

export const createMongoConversations = (db: MongoDatabase): MongoConversations => ({
  ...conversationMethods(db),
  ...profileMethods(db),
});

const conversationMethods = (db: MongoDatabase): Omit<MongoConversations, ProfileMethod> => ({
  createConversation: ({ id, epoch: _, members, ...made }, epoch) => {
    const newest = toEpochRow(epoch, { invite: null, left: [] });
    const next: ConversationState = { ...made, ...memberFields(members), newest, revoked: null };
    return db.conversations.change<Awaited<ReturnType<ConversationStore['createConversation']>>>(id, (known) =>
      known === null ? { next, answer: ok(undefined) } : { next: null, answer: err({ type: 'conversation-exists' }) },
    );
  },
  conversation: async (id) => {
    const state = await db.conversations.get(id);
    return state === null ? null : { ...toPlain(id, state), members: membersOf(state) };
  },
  conversationsOf: async (account) =>
    (await summariesOf(db, account)).sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)),
  conversationIdsOf: async (account) => (await summariesOf(db, account)).map(({ id }) => id),
  versions: async (ids) => {
    const states = await db.conversations.getMany(ids, ['version']);
    return new Map(ids.flatMap((id) => toEntry(id, states.get(id)?.version)));
  },
  setTitle: (id, title) =>
    db.conversations.change<number | null>(id, (state) =>
      state === null
        ? { next: null, answer: null }
        : { next: { ...state, title, version: state.version + 1 }, answer: state.version + 1 },
    ),
});

const profileMethods = (db: MongoDatabase): Pick<MongoConversations, ProfileMethod> => ({
  memberProfiles: async (id) => {
    const state = await db.conversations.get(id);
    return state === null ? [] : withProfiles(db, membersOf(state));
  },
  formerMemberProfiles: async (id) => {
    const state = await db.conversations.get(id);
    if (state === null) return [];
    const leftAt = await leftAtByAccount(db, state);
    return withProfiles(
      db,
      [...leftAt].map(([account, at]) => ({ account, leftAt: at })),
    );
  },
});

const toEntry = <Value>(id: ConversationId, value: Value | undefined): readonly (readonly [ConversationId, Value])[] =>
  value === undefined ? [] : [[id, value]];

const toPlain = (id: ConversationId, state: ConversationState): Omit<Conversation, 'members'> => {
  const { kind, title, version, newest, createdBy, createdAt } = state;
  return { id, kind, title, version, epoch: newest.number, createdBy, createdAt };
};

const membersOf = ({ accounts, members }: ConversationState): readonly Member[] =>
  accounts.flatMap((account) => {
    const member = members[account];
    return member === undefined ? [] : [{ account, ...member }];
  });

const summariesOf = async (db: MongoDatabase, account: AccountId): Promise<ConversationSummary[]> => {
  const ids = await db.conversations.namesWhere({ 'state.accounts': account });
  const states = await db.conversations.getMany(ids, [...SUMMARY_FIELDS, `members.${account}`]);
  return [...states].flatMap(([id, state]) => {
    const role = state.members[account]?.role;
    if (role === undefined) return [];
    return [{ ...toPlain(id as ConversationId, state), role, memberCount: state.memberCount }];
  });
};
const SUMMARY_FIELDS = ['kind', 'title', 'version', 'createdBy', 'createdAt', 'memberCount', 'newest.number'];

/** In the order given. */
const withProfiles = async <Row extends { readonly account: AccountId }>(db: MongoDatabase, rows: readonly Row[]) => {
  const ids = rows.map(({ account }) => account);
  const accounts = await db.accounts.where({ 'state.id': { $in: ids } });
  const accountById = new Map(accounts.map((account) => [account.id, account]));
  const devicesByAccount = Map.groupBy(
    (await devicesOf(db, ids)).map(({ device }) => device),
    ({ account }) => account,
  );
  return rows.flatMap((row) => {
    const account = accountById.get(row.account);
    if (account === undefined) return [];
    const { handle, name } = account;
    return [{ ...row, handle, name, devices: devicesByAccount.get(row.account) ?? [] }];
  });
};
