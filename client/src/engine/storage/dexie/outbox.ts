/** Outbox and quarantine on Dexie. */
import type { EventId } from '@kith/schema/ids';
import type { KithDatabase } from '../dexie-database.ts';
import type { LocalStore, MessageRow, OutboxEvent } from '../local-store.ts';
import { withSigned } from '../row-change.ts';
import { putArrivals, putMessages } from './messages.ts';
import { forwardClock } from './session.ts';

type QueuePart =
  | 'enqueueEvent'
  | 'enqueueCommand'
  | 'outbox'
  | 'outboxCount'
  | 'saveSigned'
  | 'acknowledge'
  | 'finishCommand';
type QuarantinePart = 'quarantine' | 'quarantined' | 'requeue' | 'discard';

export const dexieOutbox = (database: KithDatabase): Pick<LocalStore, QueuePart | QuarantinePart> => ({
  ...dexieQueue(database),
  ...dexieQuarantine(database),
});

const dexieQueue = (database: KithDatabase): Pick<LocalStore, QueuePart> => {
  const { device, conversations, outbox, quarantine, messages, changes } = database;
  return {
    enqueueEvent: (event, message) =>
      database.transaction('rw', device, outbox, messages, () => append(database, event, message)),
    enqueueCommand: (command, conversation) =>
      database.transaction('rw', outbox, conversations, async () => {
        await outbox.add(command);
        if (conversation !== null) await conversations.put(conversation);
      }),
    outbox: () => outbox.orderBy(':id').toArray(),
    outboxCount: () =>
      database.transaction('r', outbox, quarantine, async () => ({
        pending: await outbox.count(),
        refused: await quarantine.count(),
      })),
    saveSigned: (events) =>
      database.transaction('rw', device, outbox, messages, async () => {
        const waiting = await stillWaiting(database, events);
        await outbox.bulkPut(waiting);
        await changeRows(database, waiting, ({ eventId }) => eventId, withSigned);
        for (const { time } of waiting) await forwardClock(database, time);
      }),
    acknowledge: (conversation, events) =>
      database.transaction('rw', outbox, quarantine, messages, changes, async () => {
        const ids = events.map(({ eventId }) => eventId);
        const entries = await outbox.where('eventId').anyOf(ids).toArray();
        await outbox.bulkDelete(
          entries.filter((entry) => entry.conversation === conversation).map(({ position }) => position),
        );
        const refused = await quarantine.where(':id').anyOf(ids).toArray();
        await quarantine.bulkDelete(
          refused.filter(({ event }) => event.conversation === conversation).map(({ event }) => event.eventId),
        );
        await putArrivals(database, conversation, events, { refused: null });
      }),
    finishCommand: (position) =>
      database.transaction('rw', outbox, async () => {
        if ((await outbox.get(position))?.type === 'command') await outbox.delete(position);
      }),
  };
};

const dexieQuarantine = (database: KithDatabase): Pick<LocalStore, QuarantinePart> => {
  const { device, outbox, quarantine, messages } = database;
  return {
    quarantine: (rows) =>
      database.transaction('rw', outbox, quarantine, messages, async () => {
        await outbox.bulkDelete(rows.map(({ event }) => event.position));
        await quarantine.bulkPut(rows);
        await changeRows(
          database,
          rows,
          ({ event }) => event.eventId,
          (row, { code }) => ({ ...row, refused: code }),
        );
      }),
    quarantined: async (eventId) => (await quarantine.get(eventId)) ?? null,
    requeue: (event, message) =>
      database.transaction('rw', device, outbox, quarantine, messages, async () => {
        await quarantine.delete(event.eventId);
        await append(database, event, message);
      }),
    discard: (eventId) =>
      database.transaction('rw', quarantine, messages, async () => {
        if ((await quarantine.get(eventId)) === undefined) return;
        await quarantine.delete(eventId);
        await messages.where('eventId').equals(eventId).delete();
      }),
  };
};

/** Within a transaction on `device`, `outbox` and `messages`. */
const append = async (
  database: KithDatabase,
  event: Omit<OutboxEvent, 'position'>,
  message: MessageRow | null,
): Promise<void> => {
  await database.outbox.add(event);
  if (message !== null) await putMessages(database, [message]);
  await forwardClock(database, event.time);
};

/** Those whose entry is still in the outbox where it was. */
const stillWaiting = async (database: KithDatabase, events: readonly OutboxEvent[]): Promise<OutboxEvent[]> => {
  const entries = await database.outbox.bulkGet(events.map(({ position }) => position));
  return events.filter((event, index) => {
    const entry = entries[index];
    return entry?.type === 'event' && entry.eventId === event.eventId;
  });
};

/** Changes the timeline rows of events that have one. */
const changeRows = async <T>(
  database: KithDatabase,
  causes: readonly T[],
  idOf: (cause: T) => EventId,
  change: (row: MessageRow, cause: T) => MessageRow,
): Promise<void> => {
  const causeById = new Map(causes.map((cause) => [idOf(cause), cause]));
  const rows = await database.messages
    .where('eventId')
    .anyOf([...causeById.keys()])
    .toArray();
  await putMessages(
    database,
    rows.flatMap((row) => {
      const cause = causeById.get(row.eventId);
      return cause === undefined ? [] : [change(row, cause)];
    }),
  );
};
