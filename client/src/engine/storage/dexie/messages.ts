/** Projection and timeline on Dexie. Every read is a range of one index; none grows with the length of the history. */
import type { ConversationId, EventId } from '@kith/schema/ids';
import { Dexie } from 'dexie';
import { type KithDatabase, keysOf } from '../dexie-database.ts';
import type { LocalStore, MessageRow, ProjectedEvent, TimelineCursor } from '../local-store.ts';
import { dexieUnread } from './unread.ts';

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

export const dexieMessages = (database: KithDatabase): Pick<LocalStore, MessagesPart> => ({
  ...dexieProjection(database),
  ...dexieUnread(database),
  message: async (eventId) => (await database.messages.get({ eventId })) ?? null,
  timeline: (conversation, before, limit) =>
    database.messages
      .where(':id')
      .between([conversation], endOf(conversation, before))
      .reverse()
      .limit(limit)
      .toArray(),
  // Read forwards: all at once, where backwards the browser goes from row to row.
  timelineBetween: async (conversation, from, before) => {
    const { messages } = database;
    const range = messages.where(':id').between([conversation, from.time, from.eventId], endOf(conversation, before));
    return (await range.toArray()).reverse();
  },
  messageCount: (conversation) =>
    database.messages
      .where(':id')
      .between(...keysOf(conversation))
      .count(),
});

const endOf = (conversation: ConversationId, before: TimelineCursor | null): readonly unknown[] =>
  before === null ? [conversation, Dexie.maxKey] : [conversation, before.time, before.eventId];

const dexieProjection = (
  database: KithDatabase,
): Pick<LocalStore, 'changesOf' | 'projected' | 'project' | 'setArrivals'> => ({
  changesOf: (targets) => database.changes.where('target').anyOf(targets).toArray(),
  projected: (eventIds) =>
    database.transaction('r', database.messages, database.changes, async () => {
      const messages = await database.messages.where('eventId').anyOf(eventIds).primaryKeys();
      const changes = await database.changes.where('eventId').anyOf(eventIds).toArray();
      return new Map<EventId, ProjectedEvent>([
        ...changes.map(({ eventId, conversation, account }) => [eventId, { conversation, account }] as const),
        ...messages.map(([conversation, , eventId, account]) => [eventId, { conversation, account }] as const),
      ]);
    }),
  project: ({ messages, changes }) =>
    database.transaction('rw', database.messages, database.changes, async () => {
      await putMessages(database, messages);
      await database.changes.bulkPut(changes);
    }),
  setArrivals: (conversation, arrivals) =>
    database.transaction('rw', database.messages, database.changes, () =>
      putArrivals(database, conversation, arrivals, {}),
    ),
});

/** Within a transaction on `messages`: each row replaces the one of its event, which may stand at another time. */
export const putMessages = async (database: KithDatabase, rows: readonly MessageRow[]): Promise<void> => {
  const timeById = new Map(rows.map(({ eventId, time }) => [eventId, time]));
  const old = await database.messages
    .where('eventId')
    .anyOf([...timeById.keys()])
    .primaryKeys();
  await database.messages.bulkDelete(old.filter(([, time, eventId]) => timeById.get(eventId) !== time));
  await database.messages.bulkPut(rows);
};

/** Within a transaction on `messages` and `changes`. `changes`: what else becomes of the message rows. */
export const putArrivals = async (
  database: KithDatabase,
  conversation: ConversationId,
  arrivals: readonly { readonly eventId: EventId; readonly arrival: number | null }[],
  also: Partial<Pick<MessageRow, 'refused'>>,
): Promise<void> => {
  const arrivalById = new Map(arrivals.map(({ eventId, arrival }) => [eventId, arrival]));
  const ids = [...arrivalById.keys()];
  const arrived = <T extends { conversation: ConversationId; eventId: EventId; arrival: number | null }>(
    rows: T[],
  ): T[] =>
    rows
      .filter((row) => row.conversation === conversation)
      .map((row) => ({ ...row, arrival: arrivalById.get(row.eventId) ?? null }));
  const messages = await database.messages.where('eventId').anyOf(ids).toArray();
  await database.messages.bulkPut(arrived(messages).map((row) => ({ ...row, ...also })));
  const changes = await database.changes.where('eventId').anyOf(ids).toArray();
  await database.changes.bulkPut(arrived(changes));
};
