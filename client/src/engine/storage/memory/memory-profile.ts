/** The data under memory stores: what a disk would hold. */
import { HLC_ZERO, type Hlc } from '@kith/schema/hlc';
import type { ConversationId, EventId } from '@kith/schema/ids';
import type { Receipt } from '@kith/schema/sync-message';
import { type ChangeEmitter, createChangeEmitter } from '../change-emitter.ts';
import type {
  ChangeRow,
  ConversationRow,
  DeviceKeys,
  MemberRow,
  MessageRow,
  OutboxEntry,
  OutboxEvent,
  QuarantineRow,
  RefusedCommand,
  StoredSession,
} from '../local-store.ts';

/** Outlives the stores opened on it. */
export interface MemoryProfile {
  session: StoredSession | null;
  keys: DeviceKeys | null;
  clock: Hlc;
  position: number;
  readonly conversations: Map<ConversationId, ConversationRow>;
  readonly members: Map<ConversationId, readonly MemberRow[]>;
  readonly outbox: Map<number, OutboxEntry>;
  readonly quarantine: Map<EventId, QuarantineRow>;
  readonly refusedCommands: Map<number, RefusedCommand>;
  readonly messages: Map<EventId, MessageRow>;
  readonly changes: Map<EventId, ChangeRow>;
  readonly receipts: Map<string, Receipt>;
  readonly replicas: Map<string, Uint8Array[]>;
  readonly emitter: ChangeEmitter;
}

export const createMemoryProfile = (): MemoryProfile => ({
  session: null,
  keys: null,
  clock: HLC_ZERO,
  position: 0,
  conversations: new Map(),
  members: new Map(),
  outbox: new Map(),
  quarantine: new Map(),
  refusedCommands: new Map(),
  messages: new Map(),
  changes: new Map(),
  receipts: new Map(),
  replicas: new Map(),
  emitter: createChangeEmitter(),
});

/** Finds an event that waits, wherever it stands in the outbox. */
export const outboxEvent = (profile: MemoryProfile, eventId: EventId): OutboxEvent | null => {
  for (const entry of profile.outbox.values()) {
    if (entry.type === 'event' && entry.eventId === eventId) return entry;
  }
  return null;
};
