/**
 * PORT. What auth, the one authority on members, tells the sync server about conversations, and about devices that are
 * signed out. In one process auth implements it directly; between processes it travels over HTTP. [MEM-1]
 */
import type { ConversationKind } from './documents/head.ts';
import type { AccountId, ConversationId, DeviceId, SessionId } from './ids.ts';
import type { Role } from './role.ts';

export interface ConversationRecord {
  readonly id: ConversationId;
  readonly kind: ConversationKind;
  /** Grows by one with every change; `epoch` only with those of members and roles. */
  readonly version: number;
  readonly epoch: number;
  /** Opaque, see `opaque.ts`. */
  readonly title: Uint8Array;
  readonly roleByAccount: ReadonlyMap<AccountId, Role>;
}

export interface ConversationDirectory {
  /** Null when there is none. The newest committed state. */
  conversation(id: ConversationId): Promise<ConversationRecord | null>;
  /** Every conversation of which the account is a member now. */
  conversationsOf(account: AccountId): Promise<readonly ConversationId[]>;
  /** The versions of the conversations named, for healing a lost change; unknown ones are absent. */
  versions(ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, number>>;
  /** Of the account in one epoch of the conversation, however long ago; null where it was not in it. */
  roleIn(conversation: ConversationId, epoch: number, account: AccountId): Promise<Role | null>;
  /** The public key of a device that the account has or once had; null where it never did. */
  signKey(account: AccountId, device: DeviceId): Promise<Uint8Array | null>;
  /** Called after each committed change, also those of accounts that joined or were removed. Returns an unsubscribe. */
  onConversationChanged(listener: (record: ConversationRecord, removed: readonly AccountId[]) => void): () => void;
  /** The device's open session, null when it is signed out. Access tokens of another one are void. */
  session(device: DeviceId): Promise<SessionId | null>;
  /** Called when a device's session has ended: its sockets must close. Returns an unsubscribe. */
  onDeviceEnded(listener: (account: AccountId, device: DeviceId) => void): () => void;
}
