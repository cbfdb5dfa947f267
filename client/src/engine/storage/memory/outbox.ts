/** Outbox and quarantine in memory. */
import type { Hlc } from '@kith/schema/hlc';
import type { LocalStore } from '../local-store.ts';
import { withSigned } from '../row-change.ts';
import { type MemoryProfile, outboxEvent } from './memory-profile.ts';

type OutboxPart =
  | 'enqueueEvent'
  | 'enqueueCommand'
  | 'outbox'
  | 'outboxCount'
  | 'saveSigned'
  | 'acknowledge'
  | 'finishCommand'
  | 'quarantine'
  | 'quarantined'
  | 'requeue'
  | 'discard';

export const memoryOutbox = (profile: MemoryProfile): Pick<LocalStore, OutboxPart> => ({
  ...memoryQueue(profile),
  ...memoryQuarantine(profile),
});

const forward = (profile: MemoryProfile, time: Hlc): void => {
  if (time > profile.clock) profile.clock = time;
};

const memoryQueue = (
  profile: MemoryProfile,
): Pick<
  LocalStore,
  'enqueueEvent' | 'enqueueCommand' | 'outbox' | 'outboxCount' | 'saveSigned' | 'acknowledge' | 'finishCommand'
> => ({
  enqueueEvent: async (event, message) => {
    const position = ++profile.position;
    profile.outbox.set(position, { ...event, position });
    if (message !== null) profile.messages.set(message.eventId, message);
    forward(profile, event.time);
    profile.emitter.changed();
  },
  enqueueCommand: async (command, conversation) => {
    const position = ++profile.position;
    profile.outbox.set(position, { ...command, position });
    if (conversation !== null) profile.conversations.set(conversation.id, conversation);
    profile.emitter.changed();
  },
  outbox: async () => [...profile.outbox.values()],
  outboxCount: async () => ({ pending: profile.outbox.size, refused: profile.quarantine.size }),
  saveSigned: async (events) => {
    for (const event of events) {
      if (outboxEvent(profile, event.eventId)?.position !== event.position) continue;
      profile.outbox.set(event.position, event);
      const row = profile.messages.get(event.eventId);
      if (row !== undefined) profile.messages.set(event.eventId, withSigned(row, event));
      forward(profile, event.time);
    }
    profile.emitter.changed();
  },
  acknowledge: async (conversation, events) => {
    for (const { eventId, arrival } of events) {
      const waiting = outboxEvent(profile, eventId);
      if (waiting?.conversation === conversation) profile.outbox.delete(waiting.position);
      if (profile.quarantine.get(eventId)?.event.conversation === conversation) profile.quarantine.delete(eventId);
      const row = profile.messages.get(eventId);
      if (row?.conversation === conversation) profile.messages.set(eventId, { ...row, arrival, refused: null });
      const change = profile.changes.get(eventId);
      if (change?.conversation === conversation) profile.changes.set(eventId, { ...change, arrival });
    }
    profile.emitter.changed();
  },
  finishCommand: async (position) => {
    if (profile.outbox.get(position)?.type === 'command') profile.outbox.delete(position);
    profile.emitter.changed();
  },
});

const memoryQuarantine = (
  profile: MemoryProfile,
): Pick<LocalStore, 'quarantine' | 'quarantined' | 'requeue' | 'discard'> => ({
  quarantine: async (rows) => {
    for (const refused of rows) {
      profile.outbox.delete(refused.event.position);
      profile.quarantine.set(refused.event.eventId, refused);
      const row = profile.messages.get(refused.event.eventId);
      if (row !== undefined) profile.messages.set(row.eventId, { ...row, refused: refused.code });
    }
    profile.emitter.changed();
  },
  quarantined: async (eventId) => profile.quarantine.get(eventId) ?? null,
  requeue: async (event, message) => {
    profile.quarantine.delete(event.eventId);
    const position = ++profile.position;
    profile.outbox.set(position, { ...event, position });
    if (message !== null) profile.messages.set(message.eventId, message);
    forward(profile, event.time);
    profile.emitter.changed();
  },
  discard: async (eventId) => {
    if (profile.quarantine.delete(eventId)) profile.messages.delete(eventId);
    profile.emitter.changed();
  },
});
