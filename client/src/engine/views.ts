/**
 * What is shown, computed from the local store and from nothing else: first paint needs neither worker nor network.
 * Every view can be watched: the listener gets the present value, then each later one. [VIEW-1]
 */

import type { ConversationKind } from '@kith/schema/documents/head';
import type { Message } from '@kith/schema/fold/message';
import type { Tick } from '@kith/schema/fold/receipts';
import type { AccountId, ConversationId, DeviceId, EventId } from '@kith/schema/ids';
import type { Role } from '@kith/schema/role';
import type { WireErrorCode } from '@kith/schema/wire-error';
import type { SessionInfo } from './engine-api.ts';

export interface Watch<T> {
  get(): Promise<T>;
  subscribe(listener: (value: T) => void): () => void;
}

export interface ConversationView {
  readonly id: ConversationId;
  readonly kind: ConversationKind;
  /** Null when this version cannot read it. */
  readonly title: string | null;
  /** Null once one has left or was removed: the history stays readable. */
  readonly role: Role | null;
  readonly memberCount: number;
  /** `local`: created here, not yet known to the server. */
  readonly state: 'local' | 'joined' | 'left';
  /** Counted, never stored; `UNREAD_MAX` means "that many or more". */
  readonly unread: number;
  readonly last: {
    readonly author: string;
    readonly own: boolean;
    readonly text: string;
    readonly at: number;
    readonly tick: Tick | null;
  } | null;
  /** When something last happened, ms since 1970: the list's order. */
  readonly activeAt: number;
  readonly draft: string | null;
}
export const UNREAD_MAX = 1000;

export interface TimelineItem {
  readonly message: Message;
  /** Name to show: the author's, or the original author's of an imported message. */
  readonly author: string;
  readonly own: boolean;
  /** Of own messages; null on others'. */
  readonly tick: Tick | null;
  /** Why it was not accepted, on quarantined own messages. */
  readonly refused: WireErrorCode | null;
  readonly arrival: number | null;
}

export interface TimelineView {
  /** Oldest first. */
  readonly items: readonly TimelineItem[];
  /** Older messages on this device than these. */
  readonly moreHere: boolean;
  /** Older parts of the history that are not on this device. */
  readonly moreElsewhere: boolean;
  /** The first message not yet read when it was computed; null when all are. */
  readonly firstUnread: EventId | null;
}

/** A timeline that somebody looks at: begins with the newest page and grows upwards when it is asked to. */
export interface OpenTimeline {
  /** One subscriber at a time; it begins anew with each. */
  subscribe(listener: (view: TimelineView) => void): () => void;
  /** Another page of what is on this device; nothing where there is none, or one is on its way. */
  showOlder(): void;
}

export interface MemberView {
  readonly account: AccountId;
  readonly handle: string;
  readonly name: string;
  readonly role: Role;
  readonly self: boolean;
}

/** Evidence behind a tick: which devices stored it, who read it. */
export interface MessageEvidence {
  readonly delivered: readonly {
    readonly account: AccountId;
    readonly name: string;
    readonly device: DeviceId;
    readonly deviceName: string;
    readonly at: number;
  }[];
  readonly read: readonly { readonly account: AccountId; readonly name: string; readonly at: number }[];
}

/** A conversation was not made, not renamed or not left: kept until the person has read it. */
export interface RefusalView {
  /** Names it, for `Engine.dismissRefusal`. */
  readonly position: number;
  readonly conversation: ConversationId;
  readonly what: 'create' | 'rename' | 'leave';
  /** Of the conversation as it is now; null when this device does not have it, or cannot read it. */
  readonly title: string | null;
  /** The name that the person wrote; null when nothing was to be named. */
  readonly wrote: string | null;
  readonly code: WireErrorCode;
}

export interface Views {
  session(): Watch<SessionInfo | null>;
  /** Most recently active first. */
  conversations(): Watch<readonly ConversationView[]>;
  conversation(id: ConversationId): Watch<ConversationView | null>;
  /** The newest `limit` messages. One indexed range read, whatever the length of the history. */
  timeline(id: ConversationId, limit: number): Watch<TimelineView>;
  openTimeline(id: ConversationId): OpenTimeline;
  members(id: ConversationId): Watch<readonly MemberView[]>;
  evidence(id: ConversationId, eventId: EventId): Watch<MessageEvidence>;
  /** What the server refused of what was done to conversations, oldest first. */
  refusals(): Watch<readonly RefusalView[]>;
  /** What has not reached the server: waiting, and refused. */
  unsent(): Watch<{ readonly pending: number; readonly refused: number }>;
}
