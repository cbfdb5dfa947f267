import type { ConversationKind } from '@kith/schema/documents/head';
import type { AccountId, ConversationId, InviteId } from '@kith/schema/ids';
import type { Role } from '@kith/schema/role';
import type { Device } from '../devices/device.ts';

export interface Member {
  readonly account: AccountId;
  readonly role: Role;
  readonly joinedAt: number;
}

/** The newest state. Without members it has ended; its id stays taken. */
export interface Conversation {
  readonly id: ConversationId;
  readonly kind: ConversationKind;
  /** Opaque, see `@kith/schema/opaque`. */
  readonly title: Uint8Array;
  /** Grows by one with every change. */
  readonly version: number;
  /** Grows by one with every change of members or roles. */
  readonly epoch: number;
  readonly createdBy: AccountId;
  readonly createdAt: number;
  /** In order of joining. */
  readonly members: readonly Member[];
}

export type EpochReason = 'created' | 'joined' | 'role-changed' | 'removed' | 'left';

/** One state of members, roles and key. Written once, never changed. */
export interface Epoch {
  readonly conversation: ConversationId;
  readonly number: number;
  /** `chainSeq`: how far the account's device chain counted; 0 until there are chains. */
  readonly members: readonly { readonly account: AccountId; readonly role: Role; readonly chainSeq: number }[];
  /** Null until bodies are sealed. */
  readonly key: Uint8Array | null;
  readonly reason: EpochReason;
  readonly by: AccountId;
  readonly at: number;
}

/** The change from one epoch to the next. */
export interface EpochAppend {
  readonly epoch: Epoch;
  /** All members afterwards; must say the same as `epoch.members`. */
  readonly members: readonly Member[];
  /** Counts one use of this invitation, in the same step. */
  readonly invite: InviteId | null;
}

/** A conversation as it stands in one account's list. */
export interface ConversationSummary extends Omit<Conversation, 'members'> {
  readonly role: Role;
  readonly memberCount: number;
}

/** How an account is shown beside what it wrote. */
interface Profile {
  readonly handle: string;
  readonly name: string;
  /** All that the account ever had: the keys of former devices still prove what they wrote. */
  readonly devices: readonly Device[];
}

export interface MemberProfile extends Member, Profile {}

/** Was in the conversation and is not now; what was written stays. */
export interface FormerMemberProfile extends Profile {
  readonly account: AccountId;
  /** The last time. */
  readonly leftAt: number;
}
