/** Outbox and quarantine: every method one transaction. [LOC-8] [LOC-12] */
import type { Hlc } from '@kith/schema/hlc';
import type { LocalStore, OutboxEvent } from '../local-store.ts';
import { withSigned } from '../row-change.ts';
import { putConversation } from './conversations.ts';
import { putArrival, putMessage, readMessage } from './messages.ts';
import type { ProfileDatabase } from './profile-database.ts';
import { outboxEntry, quarantineRow, toJson } from './rows.ts';

type QueuePart =
  | 'enqueueEvent'
  | 'enqueueCommand'
  | 'outbox'
  | 'outboxCount'
  | 'saveSigned'
  | 'acknowledge'
  | 'finishCommand';

const CLOCK = 'clock';

export const readClock = (db: ProfileDatabase): Hlc =>
  Number(db.get('SELECT value FROM setting WHERE name = ?', CLOCK)?.['value'] ?? 0) as Hlc;

const forward = (db: ProfileDatabase, time: Hlc): void => {
  if (time > readClock(db)) db.run('INSERT OR REPLACE INTO setting VALUES (?, ?)', CLOCK, String(time));
};

export const sqliteQueue = (db: ProfileDatabase, changed: () => void): Pick<LocalStore, QueuePart> => {
  const write = (work: () => void): void => {
    db.transaction(work);
    changed();
  };
  return {
    enqueueEvent: async (event, message) =>
      write(() => {
        insertEvent(db, event);
        if (message !== null) putMessage(db, message);
      }),
    enqueueCommand: async (command, conversation) =>
      write(() => {
        const text = toJson(command.command);
        db.run('INSERT INTO outbox (conversation, command) VALUES (?, ?)', command.conversation, text);
        if (conversation !== null) putConversation(db, conversation);
      }),
    outbox: async () => db.all('SELECT * FROM outbox ORDER BY position').map(outboxEntry),
    outboxCount: async () => ({
      pending: Number(db.get('SELECT count(*) AS n FROM outbox')?.['n']),
      refused: Number(db.get('SELECT count(*) AS n FROM quarantine')?.['n']),
    }),
    saveSigned: async (events) =>
      write(() => {
        for (const event of events) saveSigned(db, event);
      }),
    acknowledge: async (conversation, events) =>
      write(() => {
        for (const { eventId, arrival } of events) {
          db.run('DELETE FROM outbox WHERE event_id = ? AND conversation = ?', eventId, conversation);
          db.run('DELETE FROM quarantine WHERE event_id = ? AND conversation = ?', eventId, conversation);
          db.run('UPDATE message SET refused = NULL WHERE event_id = ? AND conversation = ?', eventId, conversation);
          putArrival(db, conversation, eventId, arrival);
        }
      }),
    finishCommand: async (position) =>
      write(() => db.run('DELETE FROM outbox WHERE position = ? AND command IS NOT NULL', position)),
  };
};

export const sqliteQuarantine = (
  db: ProfileDatabase,
  changed: () => void,
): Pick<LocalStore, 'quarantine' | 'quarantined' | 'requeue' | 'discard'> => {
  const write = (work: () => void): void => {
    db.transaction(work);
    changed();
  };
  return {
    quarantine: async (rows) =>
      write(() => {
        for (const { event, code, detail, at } of rows) {
          db.run('DELETE FROM outbox WHERE position = ?', event.position);
          db.run(
            'INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
            ...[event.eventId, event.position, event.conversation, event.kind, event.target, event.time, event.body],
            ...[event.signed?.segment ?? null, event.signed?.bytes ?? null, code, detail, at],
          );
          db.run('UPDATE message SET refused = ? WHERE event_id = ?', code, event.eventId);
        }
      }),
    quarantined: async (eventId) => {
      const row = db.get('SELECT * FROM quarantine WHERE event_id = ?', eventId);
      return row === undefined ? null : quarantineRow(row);
    },
    requeue: async (event, message) =>
      write(() => {
        db.run('DELETE FROM quarantine WHERE event_id = ?', event.eventId);
        insertEvent(db, event);
        if (message !== null) putMessage(db, message);
      }),
    discard: async (eventId) =>
      write(() => {
        if (db.get('SELECT 1 FROM quarantine WHERE event_id = ?', eventId) === undefined) return;
        db.run('DELETE FROM quarantine WHERE event_id = ?', eventId);
        db.run('DELETE FROM message WHERE event_id = ?', eventId);
      }),
  };
};

const insertEvent = (db: ProfileDatabase, event: Omit<OutboxEvent, 'position'>): void => {
  db.run(
    `INSERT INTO outbox (conversation, event_id, kind, target, time, body, signed_segment, signed_bytes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[event.conversation, event.eventId, event.kind, event.target, event.time, event.body],
    ...[event.signed?.segment ?? null, event.signed?.bytes ?? null],
  );
  forward(db, event.time);
};

const saveSigned = (db: ProfileDatabase, event: OutboxEvent): void => {
  const waits = db.get('SELECT 1 FROM outbox WHERE position = ? AND event_id = ?', event.position, event.eventId);
  if (waits === undefined) return;
  db.run(
    'UPDATE outbox SET time = ?, body = ?, signed_segment = ?, signed_bytes = ? WHERE position = ?',
    ...[event.time, event.body, event.signed?.segment ?? null, event.signed?.bytes ?? null, event.position],
  );
  const row = readMessage(db, event.eventId);
  if (row !== null) putMessage(db, withSigned(row, event));
  forward(db, event.time);
};
