/**
 * PORT. What auth keeps. Each method is atomic and durable when its promise resolves; what it refuses changes nothing.
 * Failures of the medium reject. Ids, handles and texts arrive parsed: adapters check uniqueness and nothing else.
 * Every adapter passes `test/account-store-suite.ts`.
 */
import type { AccountId, CeremonyId, ConversationId, DeviceId, InviteId, SessionId } from '@kith/schema/ids';
import type { Result } from '@kith/schema/result';
import type { Account } from '../accounts/account.ts';
import type { Ceremony } from '../ceremonies/ceremony.ts';
import type {
  Conversation,
  ConversationSummary,
  Epoch,
  EpochAppend,
  FormerMemberProfile,
  MemberProfile,
} from '../conversations/conversation.ts';
import type { Device } from '../devices/device.ts';
import type { Invite } from '../invites/invite.ts';
import type { Passkey } from '../passkeys/passkey.ts';
import type { Session } from '../sessions/session.ts';
import type { SigningKey } from '../tokens/signing-key.ts';

export type Credential =
  | { readonly type: 'password'; readonly hash: string }
  | { readonly type: 'passkey'; readonly passkey: Passkey };

export interface NewAccount {
  readonly account: Account;
  readonly credential: Credential;
  readonly device: Device;
  readonly session: Session;
}

export interface IdentityStore {
  /** Account, credential, device and session together, or nothing. */
  createAccount(made: NewAccount): Promise<Result<void, { readonly type: 'handle-taken' | 'passkey-exists' }>>;
  account(id: AccountId): Promise<Account | null>;
  accountByHandle(handle: string): Promise<Account | null>;

  /** Null when the account has none (or there is no such account). */
  passwordHash(account: AccountId): Promise<string | null>;
  /** Compare-and-set; false when the hash is not `from` any more. */
  replacePasswordHash(account: AccountId, from: string, to: string): Promise<boolean>;

  passkey(id: string): Promise<Passkey | null>;
  /** Compare-and-set of the counter; false when it is not `fromCounter` any more. */
  usePasskey(use: {
    readonly id: string;
    readonly fromCounter: number;
    readonly counter: number;
    readonly backedUp: boolean;
    readonly at: number;
  }): Promise<boolean>;

  /** Drops those expired at `now` on the way. */
  addCeremony(ceremony: Ceremony, now: number): Promise<void>;
  /** Gives it and removes it: of two callers at once, one gets null. */
  takeCeremony(id: CeremonyId): Promise<Ceremony | null>;

  /**
   * Adds the device, or renames it where its id is known, and gives it this session in place of the one it had. Drops
   * sessions expired at `session.createdAt` on the way. Refused for a revoked device.
   */
  startSession(started: {
    readonly device: Device;
    readonly session: Session;
  }): Promise<Result<void, { readonly type: 'device-revoked' }>>;
  session(id: SessionId): Promise<Session | null>;
  sessionOfDevice(device: DeviceId): Promise<Session | null>;
  sessionsOf(account: AccountId): Promise<readonly Session[]>;
  /** Compare-and-set of the token hash, `from` becoming the previous one; the device was seen `at`. */
  rotateSession(rotation: {
    readonly id: SessionId;
    readonly from: Uint8Array;
    readonly to: Uint8Array;
    readonly at: number;
  }): Promise<boolean>;
  /** Compare-and-set: `session`, of the same device, takes the place of `from`; the device was seen `rotatedAt`. */
  replaceSession(from: SessionId, session: Session): Promise<boolean>;
  /** False when there is none (any more). */
  endSession(id: SessionId): Promise<boolean>;

  /** A revoked one too. */
  device(id: DeviceId): Promise<Device | null>;
  /** All the account ever had, oldest first. */
  devices(account: AccountId): Promise<readonly Device[]>;
  /** Ends the device's session too. False when the account has no such device, or it was revoked before. */
  revokeDevice(account: AccountId, device: DeviceId, at: number): Promise<boolean>;
}

export interface ConversationStore {
  /** The conversation with its members and its first epoch. */
  createConversation(
    conversation: Conversation,
    epoch: Epoch,
  ): Promise<Result<void, { readonly type: 'conversation-exists' }>>;
  conversation(id: ConversationId): Promise<Conversation | null>;
  /** Those of which the account is a member now, oldest first. */
  conversationsOf(account: AccountId): Promise<readonly ConversationSummary[]>;
  conversationIdsOf(account: AccountId): Promise<readonly ConversationId[]>;
  /** Unknown ones are absent. */
  versions(ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, number>>;
  /** Gives the new version; null when there is no such conversation. */
  setTitle(id: ConversationId, title: Uint8Array): Promise<number | null>;
  /**
   * Compare-and-set: `epoch.number` must be the newest + 1. Writes the epoch, replaces the members, counts the
   * use of the invitation, one of this conversation, where one is named, raises the version, which it gives.
   */
  appendEpoch(
    append: EpochAppend,
  ): Promise<Result<number, { readonly type: 'epoch-conflict' | 'invite-used-up' | 'invite-revoked' }>>;
  /** In order of number. */
  epochs(conversation: ConversationId): Promise<readonly Epoch[]>;
  epoch(conversation: ConversationId, number: number): Promise<Epoch | null>;
  memberProfiles(conversation: ConversationId): Promise<readonly MemberProfile[]>;
  /** Those who are not members now, in the order in which they left. */
  formerMemberProfiles(conversation: ConversationId): Promise<readonly FormerMemberProfile[]>;

  /** False when the id is taken. */
  createInvite(invite: Invite): Promise<boolean>;
  invite(id: InviteId): Promise<Invite | null>;
  /** Oldest first, with those that have ended. */
  invitesOf(conversation: ConversationId): Promise<readonly Invite[]>;
  /** False when the conversation has no such invitation; revoking twice keeps the first time. */
  revokeInvite(conversation: ConversationId, invite: InviteId, at: number): Promise<boolean>;
}

export interface KeyStore {
  /** Newest first. */
  signingKeys(): Promise<readonly SigningKey[]>;
  addSigningKey(key: SigningKey): Promise<void>;
  removeSigningKey(kid: string): Promise<void>;
  /** The secret of this name; `candidate` becomes it when there is none yet. */
  secret(name: string, candidate: Uint8Array): Promise<Uint8Array>;
}

export interface Secret {
  readonly name: string;
  readonly value: Uint8Array;
}

/** A part of all that a store holds, in the form in which it goes to another: see `account-records.ts`. */
export type AccountRecord =
  /** In order of number, before their conversation. */
  | { readonly type: 'epoch'; readonly epoch: Epoch }
  | { readonly type: 'conversation'; readonly conversation: Conversation }
  | { readonly type: 'invite'; readonly invite: Invite }
  | {
      readonly type: 'account';
      readonly account: Account;
      readonly passwordHash: string | null;
      readonly passkeys: readonly Passkey[];
    }
  | { readonly type: 'device'; readonly device: Device; readonly session: Session | null }
  | { readonly type: 'signing-key'; readonly key: SigningKey }
  | ({ readonly type: 'secret' } & Secret)
  /** The last one: how many there were. */
  | { readonly type: 'accounts'; readonly accounts: number; readonly conversations: number };

/** What copies and backups need beside the rest. */
export interface AccountCopying {
  /** All, in their order. */
  accountIds(): Promise<readonly AccountId[]>;
  /** All, in their order; those that ended too. */
  conversationIds(): Promise<readonly ConversationId[]>;
  /** In the order of their ids. */
  passkeysOf(account: AccountId): Promise<readonly Passkey[]>;
  /** In the order of their names. */
  secrets(): Promise<readonly Secret[]>;
  /**
   * Writes records in the order in which they were read, into a store that was empty before the first and that nobody
   * else uses. Not safe to repeat. @throws Error when at the last record something is missing.
   */
  restore(records: readonly AccountRecord[]): Promise<void>;
}

export interface AccountStore extends IdentityStore, ConversationStore, KeyStore, AccountCopying {
  /** Idempotent. Nothing else may be called afterwards. */
  close(): Promise<void>;
}
