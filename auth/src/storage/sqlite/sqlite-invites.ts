/** Invitations in SQLite. */
import type { ConversationId, InviteId } from '@kith/schema/ids';
import type { Invite } from '../../invites/invite.ts';
import type { ConversationStore } from '../account-store.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

export type SqliteInvites = Pick<ConversationStore, 'createInvite' | 'invite' | 'invitesOf' | 'revokeInvite'>;

const INVITE = `SELECT id, conversation, proof_hash AS proofHash, role, created_by AS createdBy, created_at AS createdAt,
  expires_at AS expiresAt, max_uses AS maxUses, uses, revoked_at AS revokedAt FROM invite`;

export const createSqliteInvites = (db: SqliteDatabase): SqliteInvites => ({
  createInvite: async (invite) => insertInvite(db, invite),
  invite: async (id) => readInvite(db, id),
  invitesOf: async (conversation) =>
    db.all<Invite>(`${INVITE} WHERE conversation = ? ORDER BY created_at, rowid`, conversation),
  revokeInvite: async (conversation, id, at) =>
    db.run(
      'UPDATE invite SET revoked_at = coalesce(revoked_at, ?) WHERE id = ? AND conversation = ?',
      ...[at, id, conversation],
    ) === 1,
});

/** False when its id is taken. */
export const insertInvite = (db: SqliteDatabase, invite: Invite): boolean => {
  const { id, conversation, proofHash, role, createdBy, createdAt, expiresAt, maxUses, uses, revokedAt } = invite;
  const inserted = db.run(
    'INSERT INTO invite VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ...[id, conversation, proofHash, role, createdBy, createdAt, expiresAt, maxUses, uses, revokedAt],
  );
  return inserted === 1;
};

/** Why the invitation cannot be used once more for the conversation; null when it can. */
export const inviteFault = (
  db: SqliteDatabase,
  conversation: ConversationId,
  id: InviteId,
): 'invite-revoked' | 'invite-used-up' | null => {
  const invite = readInvite(db, id);
  if (invite?.conversation !== conversation || invite.revokedAt !== null) return 'invite-revoked';
  return invite.uses >= invite.maxUses ? 'invite-used-up' : null;
};

const readInvite = (db: SqliteDatabase, id: InviteId): Invite | null => db.get<Invite>(`${INVITE} WHERE id = ?`, id);
