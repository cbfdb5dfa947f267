/**
 * PORT. Everything the engine keeps on a device. Adapters: Dexie with y-indexeddb (browser), node:sqlite (a profile
 * folder), memory (tests); one contract suite. [LOC-1]
 *
 * Every method is one transaction: all of it is durable when the promise resolves, or none of it is there. `watch`
 * re-runs a read whenever what it read may have changed, also by another tab or adapter instance on the same data.
 */

import type { ConversationKind, SegmentEntry } from '@kith/schema/documents/head';
import type { Message } from '@kith/schema/fold/message';
import type { Hlc } from '@kith/schema/hlc';
import type { AccountId, ConversationId, DeviceId, EventId } from '@kith/schema/ids';
import type { Role } from '@kith/schema/role';
import type { Receipt } from '@kith/schema/sync-message';
import type { WireErrorCode } from '@kith/schema/wire-error';
import type * as Y from 'yjs';
import type { SessionInfo } from '../engine-api.ts';

/** WebCrypto key pairs: Ed25519 to sign, X25519 to open. Non-extractable where the adapter can keep handles. */
export interface DeviceKeys {
  readonly sign: CryptoKeyPair;
  readonly box: CryptoKeyPair;
}

export interface StoredSession extends SessionInfo {
  readonly server: string;
  /** Only headless: a browser keeps it in an HttpOnly cookie. */
  readonly refreshToken: string | null;
}

export interface ConversationRow {
  readonly id: ConversationId;
  readonly kind: ConversationKind;
  readonly version: number;
  readonly epoch: number;
  /** Opaque, see schema `opaque.ts`. */
  readonly title: Uint8Array;
  readonly role: Role | null;
  readonly memberCount: number;
  readonly state: 'local' | 'joined' | 'left';
  readonly createdAt: number;
  /** The journal's incarnation (0: not known yet) and the arrival up to which this device has every event. */
  readonly incarnation: number;
  readonly position: number;
  /** Greatest arrival the person has read, and the clock of the newest message read. */
  readonly readArrival: number;
  readonly readTime: Hlc;
  readonly segments: readonly SegmentEntry[];
  /** Closed segments whose every event is projected. */
  readonly projectedSegments: readonly number[];
  readonly draft: string;
}

export interface MemberRow {
  readonly conversation: ConversationId;
  readonly account: AccountId;
  readonly handle: string;
  readonly name: string;
  readonly role: Role;
  readonly devices: readonly { readonly device: DeviceId; readonly name: string; readonly signKey: Uint8Array }[];
}

/** A message of a timeline. Keyed (conversation, time, eventId): the newest 50 are one range read. */
export interface MessageRow {
  readonly conversation: ConversationId;
  readonly eventId: EventId;
  readonly time: Hlc;
  readonly account: AccountId;
  readonly device: DeviceId;
  /** Null until the event was first appended to a document. */
  readonly segment: number | null;
  /** Null until acknowledged or announced. */
  readonly arrival: number | null;
  /** The whole event; null while it waits unsigned in the outbox. */
  readonly bytes: Uint8Array | null;
  readonly message: Message;
  readonly refused: WireErrorCode | null;
}

/** An event that changes another: kept to fold its target again, also before the target is there. */
export interface ChangeRow {
  readonly conversation: ConversationId;
  readonly eventId: EventId;
  readonly target: EventId;
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly segment: number;
  readonly arrival: number | null;
  readonly bytes: Uint8Array;
}

export interface OutboxEvent {
  readonly type: 'event';
  /** Order of writing, given by the store. */
  readonly position: number;
  readonly conversation: ConversationId;
  readonly eventId: EventId;
  readonly kind: number;
  readonly target: EventId | null;
  readonly time: Hlc;
  readonly body: Uint8Array;
  /** Set at the first flush: retries into the same place are byte-identical. */
  readonly signed: { readonly segment: number; readonly bytes: Uint8Array } | null;
}

export type Command =
  | { readonly name: 'create'; readonly kind: ConversationKind; readonly title: Uint8Array }
  | { readonly name: 'rename'; readonly title: Uint8Array }
  | { readonly name: 'leave' };

export interface OutboxCommand {
  readonly type: 'command';
  readonly position: number;
  readonly conversation: ConversationId;
  readonly command: Command;
}

/** A command that the server refused, kept until the person has put the word of it away. */
export interface RefusedCommand extends Omit<OutboxCommand, 'type'> {
  readonly code: WireErrorCode;
  readonly at: number;
}

export type OutboxEntry = OutboxEvent | OutboxCommand;

/** A refused event with everything needed to try again. */
export interface QuarantineRow {
  readonly event: OutboxEvent;
  readonly code: WireErrorCode;
  readonly detail: string | null;
  readonly at: number;
}

/** What an event that is here belongs to: another one under its id is not the same event. */
export type ProjectedEvent = Pick<MessageRow, 'conversation' | 'account'>;

/** Events and what folding made of them, written together. Rows replace those of the same event. */
export interface Projection {
  readonly messages: readonly MessageRow[];
  readonly changes: readonly ChangeRow[];
}

export interface TimelineCursor {
  readonly time: Hlc;
  readonly eventId: EventId;
}

/** More than these are not looked at for what is unread: no cost grows with the history. */
export const UNREAD_WINDOW = 1_000;

export interface LocalStore {
  // Session and keys.
  session(): Promise<StoredSession | null>;
  saveSession(session: StoredSession): Promise<void>;
  deviceKeys(): Promise<DeviceKeys | null>;
  saveDeviceKeys(keys: DeviceKeys): Promise<void>;
  /** Last hybrid time given out or observed. */
  clock(): Promise<Hlc>;
  /** Removes everything, replicas too. */
  wipe(): Promise<void>;

  // Conversations and members.
  conversations(): Promise<readonly ConversationRow[]>;
  conversation(id: ConversationId): Promise<ConversationRow | null>;
  saveConversation(row: ConversationRow): Promise<void>;
  /** Reads, changes and writes in one transaction; no-op when there is no such row. */
  updateConversation(id: ConversationId, change: (row: ConversationRow) => ConversationRow): Promise<void>;
  members(conversation: ConversationId): Promise<readonly MemberRow[]>;
  replaceMembers(conversation: ConversationId, members: readonly MemberRow[]): Promise<void>;

  // Outbox and quarantine.
  /** The event into the outbox, its row into the timeline, the clock forward: a send is one transaction. */
  enqueueEvent(event: Omit<OutboxEvent, 'position'>, message: MessageRow | null): Promise<void>;
  enqueueCommand(command: Omit<OutboxCommand, 'position'>, conversation: ConversationRow | null): Promise<void>;
  /** In order of writing. */
  outbox(): Promise<readonly OutboxEntry[]>;
  outboxCount(): Promise<{ readonly pending: number; readonly refused: number }>;
  /** Remembers the signed bytes, and moves the clock and the message row to the event's new time when it was re-made. */
  saveSigned(events: readonly OutboxEvent[]): Promise<void>;
  /** Out of the outbox, arrival into the timeline. Unknown ids are passed over. */
  acknowledge(
    conversation: ConversationId,
    events: readonly { readonly eventId: EventId; readonly arrival: number }[],
  ): Promise<void>;
  finishCommand(position: number): Promise<void>;
  /** Out of the outbox and kept with the reason; nothing where it does not wait there any more. */
  refuseCommand(refused: RefusedCommand): Promise<void>;
  /** In order of writing. */
  refusedCommands(): Promise<readonly RefusedCommand[]>;
  dismissRefusedCommand(position: number): Promise<void>;
  quarantine(rows: readonly QuarantineRow[]): Promise<void>;
  quarantined(eventId: EventId): Promise<QuarantineRow | null>;
  /** Back into the outbox, at its end, as given; the timeline row follows. */
  requeue(event: Omit<OutboxEvent, 'position'>, message: MessageRow | null): Promise<void>;
  /** Out of quarantine and timeline for good: only on the person's word. */
  discard(eventId: EventId): Promise<void>;

  // Projection.
  message(eventId: EventId): Promise<MessageRow | null>;
  changesOf(targets: readonly EventId[]): Promise<readonly ChangeRow[]>;
  /** Which of these are projected already, as message or change; where, and whose they are. */
  projected(eventIds: readonly EventId[]): Promise<ReadonlyMap<EventId, ProjectedEvent>>;
  project(projection: Projection): Promise<void>;
  /** Arrivals learnt later than the events; null: the server has lost it. Unknown ids are passed over. */
  setArrivals(
    conversation: ConversationId,
    arrivals: readonly { readonly eventId: EventId; readonly arrival: number | null }[],
  ): Promise<void>;
  /** The newest `limit` rows before the cursor (null: at the end), newest first. */
  timeline(conversation: ConversationId, before: TimelineCursor | null, limit: number): Promise<readonly MessageRow[]>;
  /** Every row from `from` on (inclusive) and before `before` (null: to the end), newest first. */
  timelineBetween(
    conversation: ConversationId,
    from: TimelineCursor,
    before: TimelineCursor | null,
  ): Promise<readonly MessageRow[]>;
  /**
   * Others' among the first `UNREAD_WINDOW` shown messages with arrival > `after`; counts to `max` at most. What one
   * writes oneself moves the position, so that own ones are few among them.
   */
  countUnread(conversation: ConversationId, after: number, self: AccountId, max: number): Promise<number>;
  /** The first of those to arrive. It may stand above others in the timeline. */
  firstUnread(conversation: ConversationId, after: number, self: AccountId): Promise<MessageRow | null>;
  messageCount(conversation: ConversationId): Promise<number>;

  // Receipts: greatest wins per (conversation, account, device or none).
  saveReceipts(receipts: readonly Receipt[]): Promise<void>;
  receipts(conversation: ConversationId): Promise<readonly Receipt[]>;
  /** All of a conversation: they speak of arrivals that are no more. */
  forgetReceipts(conversation: ConversationId): Promise<void>;

  // Replicas: persisted Yjs documents.
  /** Loads what is stored into `doc`, then persists its every update until closed. */
  openReplica(name: string, doc: Y.Doc): Promise<ReplicaHandle>;
  deleteReplica(name: string): Promise<void>;

  /**
   * Runs `read` now and after changes of what it read; results come in order, and writes however steady keep none back.
   * `read` awaits methods of this store and nothing else: what it reads is one state of the store where that is cheap.
   * `patient`: for what is long to read and may be some seconds old while much is written.
   */
  watch<T>(read: () => Promise<T>, listener: (value: T) => void, pace?: 'patient'): () => void;
  close(): Promise<void>;
}

export interface ReplicaHandle {
  /** Resolves when every update so far is durable. */
  flushed(): Promise<void>;
  close(): Promise<void>;
}
