/**
 * Epochs in MongoDB. The newest stands in its conversation, put there by the change that made it; the next change puts it
 * among the earlier ones first. So appending is one change of the conversation, and no document grows with its history.
 */
import type { AccountId, ConversationId } from '@kith/schema/ids';
import { err, ok } from '@kith/schema/result';
import type { Epoch, Member } from '../../conversations/conversation.ts';
import type { ConversationStore } from '../account-store.ts';
import type { MongoDatabase } from './mongo-database.ts';
import { inviteFault } from './mongo-invites.ts';
import type { ConversationState, EpochRow } from './mongo-layout.ts';
import { fromMongo, isInserted } from './mongo-values.ts';

export type MongoEpochs = Pick<ConversationStore, 'appendEpoch' | 'epochs' | 'epoch'>;
type Appended = Awaited<ReturnType<ConversationStore['appendEpoch']>>;

export const createMongoEpochs = (db: MongoDatabase): MongoEpochs => ({
  appendEpoch: ({ epoch, members, invite }) =>
    db.conversations.change<Appended>(epoch.conversation, async (state) => {
      if (state === null || state.newest.number + 1 !== epoch.number) return refusal('epoch-conflict');
      const fault = invite === null ? null : await inviteFault(db, state, invite);
      if (fault !== null) return refusal(fault);
      await isInserted(db.epochs.insertOne(state.newest));
      const version = state.version + 1;
      const left = state.accounts.filter((account) => members.every((member) => member.account !== account));
      const newest = toEpochRow(epoch, { invite, left });
      return { next: { ...state, ...memberFields(members), version, newest }, answer: ok(version) };
    }),
  epochs: async (conversation) => {
    const state = await db.conversations.get(conversation);
    if (state === null) return [];
    const earlier = { conversation, number: { $lt: state.newest.number } };
    const rows = await db.epochs.find(earlier).sort({ number: 1 }).toArray();
    return [...rows, state.newest].map(toEpoch);
  },
  epoch: async (conversation, number) => {
    const state = await db.conversations.get(conversation);
    if (state === null || number > state.newest.number) return null;
    if (number === state.newest.number) return toEpoch(state.newest);
    const row = await db.epochs.findOne({ _id: rowId(conversation, number) });
    return row === null ? null : toEpoch(row);
  },
});

export const toEpochRow = (epoch: Epoch, more: Pick<EpochRow, 'invite' | 'left'>): EpochRow => ({
  _id: rowId(epoch.conversation, epoch.number),
  ...epoch,
  ...more,
  leavers: more.left.length,
});

export const memberFields = (
  members: readonly Member[],
): Pick<ConversationState, 'accounts' | 'memberCount' | 'members'> => ({
  accounts: members.map(({ account }) => account),
  memberCount: members.length,
  members: Object.fromEntries(members.map(({ account, role, joinedAt }) => [account, { role, joinedAt }])),
});

/** Those who left and did not come back, with the last time, in that order. */
export const leftAtByAccount = async (
  db: MongoDatabase,
  { newest, accounts }: ConversationState,
): Promise<ReadonlyMap<AccountId, number>> => {
  const { conversation, number } = newest;
  const earlier = { conversation, leavers: { $gt: 0 }, number: { $lt: number } };
  const rows = await db.epochs.find(earlier, { projection: { left: 1, at: 1, number: 1 } }).toArray();
  const inOrder = [...rows, newest].sort((a, b) => a.number - b.number);
  const leftAt = new Map(inOrder.flatMap(({ left, at }) => left.map((account) => [account, at] as const)));
  for (const account of accounts) leftAt.delete(account);
  return new Map([...leftAt].sort(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1)));
};

const refusal = (type: (Appended & { readonly ok: false })['error']['type']) => ({
  next: null,
  answer: err({ type }),
});

const rowId = (conversation: ConversationId, number: number): string => `${conversation}/${number}`;

const toEpoch = (row: EpochRow): Epoch => {
  const { conversation, number, members, key, reason, by, at } = fromMongo<EpochRow>(row);
  return { conversation, number, members, key, reason, by, at };
};
