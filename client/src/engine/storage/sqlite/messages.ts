/** Projection and timeline. The newest rows of a conversation are one range of the primary key. [LOC-13] */
import type { AccountId, ConversationId, EventId } from '@kith/schema/ids';
import {
  type ChangeRow,
  type LocalStore,
  type MessageRow,
  type ProjectedEvent,
  UNREAD_WINDOW,
} from '../local-store.ts';
import type { ProfileDatabase } from './profile-database.ts';
import { changeRow, messageRow } from './rows.ts';

type MessagesPart =
  | 'message'
  | 'changesOf'
  | 'projected'
  | 'project'
  | 'setArrivals'
  | 'timeline'
  | 'timelineBetween'
  | 'countUnread'
  | 'firstUnread'
  | 'messageCount';

export const sqliteMessages = (db: ProfileDatabase, changed: () => void): Pick<LocalStore, MessagesPart> => ({
  message: async (eventId) => readMessage(db, eventId),
  changesOf: async (targets) =>
    targets.flatMap((target) => db.all('SELECT * FROM change WHERE target = ?', target).map(changeRow)),
  projected: async (eventIds) => new Map(eventIds.flatMap((id) => projectedEvent(db, id))),
  project: async ({ messages, changes }) => {
    db.transaction(() => {
      for (const row of messages) putMessage(db, row);
      for (const row of changes) putChange(db, row);
    });
    changed();
  },
  setArrivals: async (conversation, arrivals) => {
    db.transaction(() => {
      for (const { eventId, arrival } of arrivals) putArrival(db, conversation, eventId, arrival);
    });
    changed();
  },
  ...sqliteTimeline(db),
});

/** The inner part is a range of one index that covers it. */
const UNREAD = `(
  SELECT event_id, account FROM message INDEXED BY message_by_arrival
  WHERE shown = 1 AND arrival IS NOT NULL AND conversation = ? AND arrival > ? ORDER BY arrival LIMIT ${UNREAD_WINDOW}
) WHERE account <> ?`;

const sqliteTimeline = (
  db: ProfileDatabase,
): Pick<LocalStore, 'timeline' | 'timelineBetween' | 'countUnread' | 'firstUnread' | 'messageCount'> => ({
  timeline: async (conversation, before, limit) =>
    (before === null
      ? db.all(
          'SELECT * FROM message WHERE conversation = ? ORDER BY time DESC, event_id DESC LIMIT ?',
          conversation,
          limit,
        )
      : db.all(
          'SELECT * FROM message WHERE conversation = ? AND (time, event_id) < (?, ?) ORDER BY time DESC, event_id DESC LIMIT ?',
          conversation,
          before.time,
          before.eventId,
          limit,
        )
    ).map(messageRow),
  timelineBetween: async (conversation, from, before) =>
    db
      .all(
        `SELECT * FROM message WHERE conversation = ? AND (time, event_id) >= (?, ?) AND (time, event_id) < (?, ?)
         ORDER BY time DESC, event_id DESC`,
        ...[conversation, from.time, from.eventId, before?.time ?? Number.MAX_SAFE_INTEGER, before?.eventId ?? ''],
      )
      .map(messageRow),
  countUnread: async (conversation, after, self, max) => {
    const { n } = db.get(`SELECT count(*) AS n FROM ${UNREAD}`, conversation, after, self) ?? {};
    return Math.min(max, Number(n));
  },
  firstUnread: async (conversation, after, self) => {
    const first = db.get(`SELECT event_id FROM ${UNREAD} LIMIT 1`, conversation, after, self);
    return first === undefined ? null : readMessage(db, first['event_id'] as EventId);
  },
  messageCount: async (conversation) =>
    Number(db.get('SELECT count(*) AS n FROM message WHERE conversation = ?', conversation)?.['n']),
});

export const readMessage = (db: ProfileDatabase, eventId: EventId): MessageRow | null => {
  const row = db.get('SELECT * FROM message WHERE event_id = ?', eventId);
  return row === undefined ? null : messageRow(row);
};

/** The row may stand at another time: its key changes with it, so the old one goes first. */
export const putMessage = (db: ProfileDatabase, row: MessageRow): void =>
  db.run(
    'INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    row.conversation,
    row.time,
    row.eventId,
    row.account,
    row.device,
    row.segment,
    row.arrival,
    row.bytes,
    JSON.stringify(row.message),
    row.message.state === 'shown' ? 1 : 0,
    row.refused,
  );

const putChange = (db: ProfileDatabase, row: ChangeRow): void =>
  db.run(
    'INSERT OR REPLACE INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    row.eventId,
    row.target,
    row.conversation,
    row.account,
    row.device,
    row.segment,
    row.arrival,
    row.bytes,
  );

export const putArrival = (
  db: ProfileDatabase,
  conversation: string,
  eventId: EventId,
  arrival: number | null,
): void => {
  db.run('UPDATE message SET arrival = ? WHERE event_id = ? AND conversation = ?', arrival, eventId, conversation);
  db.run('UPDATE change SET arrival = ? WHERE event_id = ? AND conversation = ?', arrival, eventId, conversation);
};

/** At most one entry: whose the event is. */
const projectedEvent = (db: ProfileDatabase, eventId: EventId): [EventId, ProjectedEvent][] => {
  const row =
    db.get('SELECT conversation, account FROM message WHERE event_id = ?', eventId) ??
    db.get('SELECT conversation, account FROM change WHERE event_id = ?', eventId);
  return row === undefined
    ? []
    : [[eventId, { conversation: row['conversation'] as ConversationId, account: row['account'] as AccountId }]];
};
