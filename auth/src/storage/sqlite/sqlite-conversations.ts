/** Conversations, their members and epochs in SQLite. */
import type { AccountId, ConversationId } from '@kith/schema/ids';
import { err, ok } from '@kith/schema/result';
import type {
  Conversation,
  ConversationSummary,
  Epoch,
  FormerMemberProfile,
  Member,
  MemberProfile,
} from '../../conversations/conversation.ts';
import type { Device } from '../../devices/device.ts';
import type { ConversationStore } from '../account-store.ts';
import type { SqliteDatabase } from './sqlite-database.ts';
import { inviteFault, type SqliteInvites } from './sqlite-invites.ts';

type SqliteConversations = Omit<ConversationStore, keyof SqliteInvites>;
type EpochMethod = 'appendEpoch' | 'epochs' | 'epoch' | 'memberProfiles' | 'formerMemberProfiles';

export const createSqliteConversations = (db: SqliteDatabase): SqliteConversations => ({
  ...conversationMethods(db),
  ...epochMethods(db),
});

const COLUMNS = 'id, kind, title, version, epoch, created_by AS createdBy, created_at AS createdAt';

const conversationMethods = (db: SqliteDatabase): Omit<SqliteConversations, EpochMethod> => ({
  createConversation: async (conversation, epoch) =>
    db.transact(() => {
      if (!insertConversation(db, conversation)) return err({ type: 'conversation-exists' });
      writeMembers(db, epoch, conversation.members);
      insertEpoch(db, epoch);
      return ok(undefined);
    }),
  conversation: async (id) => {
    const row = db.get<Omit<Conversation, 'members'>>(`SELECT ${COLUMNS} FROM conversation WHERE id = ?`, id);
    return row === null ? null : { ...row, members: readMembers(db, id) };
  },
  conversationsOf: async (account) =>
    db.all<ConversationSummary>(
      `SELECT ${COLUMNS}, m.role AS role,
         (SELECT count(*) FROM member AS every WHERE every.conversation = c.id) AS memberCount
       FROM member AS m JOIN conversation AS c ON c.id = m.conversation
       WHERE m.account = ? ORDER BY c.created_at, c.rowid`,
      account,
    ),
  conversationIdsOf: async (account) =>
    db
      .all<{ id: ConversationId }>('SELECT conversation AS id FROM member WHERE account = ?', account)
      .map(({ id }) => id),
  versions: async (ids) =>
    new Map(
      ids.flatMap((id) => {
        const row = db.get<{ version: number }>('SELECT version FROM conversation WHERE id = ?', id);
        return row === null ? [] : [[id, row.version] as const];
      }),
    ),
  setTitle: async (id, title) =>
    db.get<{ version: number }>(
      'UPDATE conversation SET title = ?, version = version + 1 WHERE id = ? RETURNING version',
      ...[title, id],
    )?.version ?? null,
});

const epochMethods = (db: SqliteDatabase): Pick<SqliteConversations, EpochMethod> => ({
  appendEpoch: async ({ epoch, members, invite }) =>
    db.transact(() => {
      const current = db.get<{ epoch: number; version: number }>(
        'SELECT epoch, version FROM conversation WHERE id = ?',
        epoch.conversation,
      );
      if (current === null || current.epoch + 1 !== epoch.number) return err({ type: 'epoch-conflict' });
      const fault = invite === null ? null : inviteFault(db, epoch.conversation, invite);
      if (fault !== null) return err({ type: fault });
      if (invite !== null) db.run('UPDATE invite SET uses = uses + 1 WHERE id = ?', invite);
      const version = current.version + 1;
      db.run('UPDATE conversation SET epoch = ?, version = ? WHERE id = ?', epoch.number, version, epoch.conversation);
      writeMembers(db, epoch, members);
      insertEpoch(db, epoch);
      return ok(version);
    }),
  epochs: async (conversation) => db.all<EpochRow>(`${EPOCH} ORDER BY number`, conversation).map(toEpoch),
  epoch: async (conversation, number) => {
    const row = db.get<EpochRow>(`${EPOCH} AND number = ?`, conversation, number);
    return row === null ? null : toEpoch(row);
  },
  memberProfiles: async (conversation) =>
    readProfiles<Omit<MemberProfile, 'devices'>>(db, conversation, {
      columns: 'm.role, m.joined_at AS joinedAt',
      from: 'member AS m',
      order: 'm.position',
    }),
  formerMemberProfiles: async (conversation) =>
    readProfiles<Omit<FormerMemberProfile, 'devices'>>(db, conversation, {
      columns: 'm.left_at AS leftAt',
      from: FORMER,
      order: 'm.left_at, m.account',
    }),
});

/** False when its id is taken. */
export const insertConversation = (
  db: SqliteDatabase,
  { id, kind, title, version, epoch, createdBy, createdAt }: Conversation,
): boolean =>
  db.run(
    'INSERT INTO conversation VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ...[id, kind, title, version, epoch, createdBy, createdAt],
  ) === 1;

type EpochRow = Omit<Epoch, 'members'> & { readonly members: string };

const EPOCH = 'SELECT conversation, number, members, key, reason, by, at FROM epoch WHERE conversation = ?';

const toEpoch = (row: EpochRow): Epoch => ({ ...row, members: JSON.parse(row.members) as Epoch['members'] });

export const insertEpoch = (
  db: SqliteDatabase,
  { conversation, number, members, key, reason, by, at }: Epoch,
): void => {
  db.run(
    'INSERT INTO epoch VALUES (?, ?, ?, ?, ?, ?, ?)',
    ...[conversation, number, JSON.stringify(members), key, reason, by, at],
  );
};

const readMembers = (db: SqliteDatabase, conversation: ConversationId): readonly Member[] =>
  db.all<Member>(
    'SELECT account, role, joined_at AS joinedAt FROM member WHERE conversation = ? ORDER BY position',
    conversation,
  );

/** Touches only the rows that differ: one epoch changes one member of up to 500. */
export const writeMembers = (
  db: SqliteDatabase,
  { conversation, at }: Pick<Epoch, 'conversation' | 'at'>,
  members: readonly Member[],
): void => {
  const before = new Map(readMembers(db, conversation).map((member) => [member.account, member]));
  for (const { account, role, joinedAt } of members) {
    const known = before.get(account);
    before.delete(account);
    if (known !== undefined && known.role === role && known.joinedAt === joinedAt) continue;
    db.run(
      `INSERT INTO member (conversation, account, position, role, joined_at)
       VALUES (?1, ?2, (SELECT coalesce(max(position), 0) + 1 FROM member WHERE conversation = ?1), ?3, ?4)
       ON CONFLICT DO UPDATE SET role = ?3, joined_at = ?4`,
      ...[conversation, account, role, joinedAt],
    );
  }
  for (const account of before.keys()) {
    db.run('DELETE FROM member WHERE conversation = ? AND account = ?', conversation, account);
    db.run('INSERT OR REPLACE INTO former_member VALUES (?, ?, ?)', conversation, account, at);
  }
};

const FORMER = `(SELECT * FROM former_member AS f WHERE NOT EXISTS
  (SELECT 1 FROM member AS now WHERE now.conversation = f.conversation AND now.account = f.account)) AS m`;

/** `from` names a table `m` of accounts in conversations. */
const readProfiles = <Row extends { readonly account: AccountId }>(
  db: SqliteDatabase,
  conversation: ConversationId,
  { columns, from, order }: { readonly columns: string; readonly from: string; readonly order: string },
): readonly (Row & { readonly devices: readonly Device[] })[] => {
  const devices = db.all<Device>(
    `SELECT d.id, d.account, d.name, d.sign_key AS signKey, d.box_key AS boxKey, d.created_at AS createdAt,
       d.last_seen_at AS lastSeenAt, d.revoked_at AS revokedAt
     FROM ${from} JOIN device AS d ON d.account = m.account WHERE m.conversation = ? ORDER BY d.created_at, d.rowid`,
    conversation,
  );
  const devicesByAccount = Map.groupBy(devices, ({ account }) => account);
  return db
    .all<Row>(
      `SELECT m.account, a.handle, a.name, ${columns}
       FROM ${from} JOIN account AS a ON a.id = m.account WHERE m.conversation = ? ORDER BY ${order}`,
      conversation,
    )
    .map((profile) => ({ ...profile, devices: devicesByAccount.get(profile.account) ?? [] }));
};
