/** Projection and timeline in memory: every read is a scan. */
import type { ConversationId, EventId } from '@kith/schema/ids';
import {
  type LocalStore,
  type MessageRow,
  type ProjectedEvent,
  type TimelineCursor,
  UNREAD_WINDOW,
} from '../local-store.ts';
import type { MemoryProfile } from './memory-profile.ts';

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

export const memoryMessages = (profile: MemoryProfile): Pick<LocalStore, MessagesPart> => ({
  message: async (eventId) => profile.messages.get(eventId) ?? null,
  changesOf: async (targets) => [...profile.changes.values()].filter(({ target }) => targets.includes(target)),
  projected: async (eventIds) =>
    new Map<EventId, ProjectedEvent>(
      eventIds.flatMap((id) => {
        const row = profile.messages.get(id) ?? profile.changes.get(id);
        return row === undefined ? [] : [[id, { conversation: row.conversation, account: row.account }]];
      }),
    ),
  project: async ({ messages, changes }) => {
    for (const row of messages) profile.messages.set(row.eventId, { ...row, bytes: row.bytes?.slice() ?? null });
    for (const row of changes) profile.changes.set(row.eventId, { ...row, bytes: row.bytes.slice() });
    profile.emitter.changed();
  },
  setArrivals: async (conversation, arrivals) => {
    for (const { eventId, arrival } of arrivals) {
      const row = profile.messages.get(eventId);
      if (row?.conversation === conversation) profile.messages.set(eventId, { ...row, arrival });
      const change = profile.changes.get(eventId);
      if (change?.conversation === conversation) profile.changes.set(eventId, { ...change, arrival });
    }
    profile.emitter.changed();
  },
  timeline: async (conversation, before, limit) =>
    rowsOf(profile, conversation)
      .filter((row) => before === null || compareRows(row, before) < 0)
      .reverse()
      .slice(0, limit),
  timelineBetween: async (conversation, from, before) =>
    rowsOf(profile, conversation)
      .filter((row) => compareRows(row, from) >= 0 && (before === null || compareRows(row, before) < 0))
      .reverse(),
  countUnread: async (conversation, after, self, max) =>
    Math.min(max, unread(profile, conversation, after, self).length),
  firstUnread: async (conversation, after, self) => unread(profile, conversation, after, self)[0] ?? null,
  messageCount: async (conversation) => rowsOf(profile, conversation).length,
});

const compareRows = (a: TimelineCursor, b: TimelineCursor): number =>
  a.time - b.time || (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0);

const rowsOf = (profile: MemoryProfile, conversation: ConversationId): MessageRow[] =>
  [...profile.messages.values()].filter((row) => row.conversation === conversation).sort(compareRows);

/** In order of arrival. */
const unread = (profile: MemoryProfile, conversation: ConversationId, after: number, self: string): MessageRow[] =>
  rowsOf(profile, conversation)
    .filter((row) => row.message.state === 'shown' && row.arrival !== null && row.arrival > after)
    .sort((a, b) => (a.arrival ?? 0) - (b.arrival ?? 0))
    .slice(0, UNREAD_WINDOW)
    .filter((row) => row.account !== self);
