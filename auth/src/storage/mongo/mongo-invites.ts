/**
 * Invitations in MongoDB. They stand as they were made; uses are the epochs that name them, and withdrawing one is a
 * change of its conversation, so that it comes before or after every epoch and never beside one.
 */
import type { ConversationId, InviteId } from '@kith/schema/ids';
import type { Invite } from '../../invites/invite.ts';
import type { ConversationStore } from '../account-store.ts';
import type { MongoDatabase } from './mongo-database.ts';
import type { ConversationState, InviteRow } from './mongo-layout.ts';
import { fromMongo, isInserted } from './mongo-values.ts';

export type MongoInvites = Pick<ConversationStore, 'createInvite' | 'invite' | 'invitesOf' | 'revokeInvite'>;

export const createMongoInvites = (db: MongoDatabase): MongoInvites => ({
  createInvite: ({ id, ...made }) => isInserted(db.invites.insertOne({ _id: id, ...made })),
  invite: async (id) => {
    const row = await db.invites.findOne({ _id: id });
    return row === null ? null : toInvite(db, await db.conversations.get(row.conversation), row);
  },
  invitesOf: async (conversation) => {
    const state = await db.conversations.get(conversation);
    const rows = await db.invites.find({ conversation }).sort({ createdAt: 1, _id: 1 }).toArray();
    return Promise.all(rows.map((row) => toInvite(db, state, row)));
  },
  revokeInvite: (conversation, invite, at) => revokeInvite(db, { conversation, invite, at }),
});

/** Why the invitation cannot be used once more in the conversation as it stands; null when it can. */
export const inviteFault = async (
  db: MongoDatabase,
  state: ConversationState,
  id: InviteId,
): Promise<'invite-revoked' | 'invite-used-up' | null> => {
  const row = await db.invites.findOne({ _id: id });
  // the uses of another conversation's are counted there
  if (row?.conversation !== state.newest.conversation) return 'invite-revoked';
  const { revokedAt, uses, maxUses } = await toInvite(db, state, row);
  if (revokedAt !== null) return 'invite-revoked';
  return uses >= maxUses ? 'invite-used-up' : null;
};

const toInvite = async (db: MongoDatabase, state: ConversationState | null, row: InviteRow): Promise<Invite> => {
  const { _id: id, ...made } = fromMongo<InviteRow>(row);
  if (state === null) return { id, ...made };
  const revokedAt = made.revokedAt ?? (await revokedAtOf(db, state, id));
  return { id, ...made, uses: made.uses + (await countUses(db, state, id)), revokedAt };
};

const countUses = async (db: MongoDatabase, { newest }: ConversationState, invite: InviteId): Promise<number> => {
  const { conversation, number } = newest;
  const earlier = await db.epochs.countDocuments({ conversation, invite, number: { $lt: number } });
  return earlier + (newest.invite === invite ? 1 : 0);
};

const revokedAtOf = async (db: MongoDatabase, { revoked }: ConversationState, id: InviteId): Promise<number | null> =>
  revoked?._id === id ? revoked.at : ((await db.revocations.findOne({ _id: id }))?.at ?? null);

const revokeInvite = async (
  db: MongoDatabase,
  asked: { readonly conversation: ConversationId; readonly invite: InviteId; readonly at: number },
): Promise<boolean> => {
  const row = await db.invites.findOne({ _id: asked.invite });
  if (row === null || row.conversation !== asked.conversation) return false;
  return db.conversations.change<boolean>(asked.conversation, async (state) => {
    if (state === null) return { next: null, answer: false };
    if ((await revokedAtOf(db, state, asked.invite)) !== null) return { next: null, answer: true };
    if (state.revoked !== null) await isInserted(db.revocations.insertOne(state.revoked));
    return { next: { ...state, revoked: { _id: asked.invite, at: asked.at } }, answer: true };
  });
};
