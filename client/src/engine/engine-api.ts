/**
 * What the interface, bots and tools may ask of the engine. Everything that changes local state resolves once it is
 * durable on this device, network or not; what needs the server says so and fails with an `EngineError`. [ENG-1]
 * Arguments and results are plain data: in the browser they cross from the tab to the worker.
 */

import type { ConversationKind } from '@kith/schema/documents/head';
import type { Hlc } from '@kith/schema/hlc';
import type { AccountId, CeremonyId, ConversationId, DeviceId, EventId, InviteId } from '@kith/schema/ids';
import type { Role } from '@kith/schema/role';
import type { WireErrorCode } from '@kith/schema/wire-error';

/** `offline`: no answer from the server, nothing was decided. `signed-out`: there is no session on this device. */
export type EngineErrorCode = WireErrorCode | 'offline' | 'signed-out';

export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly retryAfterMs: number | null;
  constructor(code: EngineErrorCode, message: string, retryAfterMs: number | null = null) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface SessionInfo {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly handle: string;
  readonly name: string;
}

/**
 *   signed-out ── sign-up, sign-in ──▶ connecting ──▶ online
 *        ▲                                │  ▲          │
 *        └── sign-out, session ended ─────┴──┴─ offline ◀┘
 */
export interface EngineStatus {
  readonly connection: 'signed-out' | 'offline' | 'connecting' | 'online';
  /** `failing`: the server cannot make messages durable; they wait here. */
  readonly storage: 'ok' | 'failing';
  /** Only one tab of a browser profile talks to the server. */
  readonly leader: boolean;
  /** Set when the session ended on its own (device removed, token reused): what to tell the person. */
  readonly ended: WireErrorCode | null;
  /** Where more was written than the server takes at once. [LIM-5] */
  readonly slowed: readonly SlowedConversation[];
}

/** What waits in a conversation goes on by itself at `untilMs`, by this device's clock. */
export interface SlowedConversation {
  readonly conversation: ConversationId;
  readonly untilMs: number;
}

/** Who is looking at a conversation now, without this device. */
export interface Presence {
  readonly conversation: ConversationId;
  readonly online: readonly AccountId[];
  readonly typing: readonly AccountId[];
}

export interface InviteInfo {
  readonly id: InviteId;
  readonly role: Role;
  readonly expiresAt: number;
  readonly maxUses: number;
  readonly uses: number;
  readonly revoked: boolean;
}

/** The two halves of an invitation's link `/join/<id>#<secret>`; the secret never goes to the server. */
export interface InviteLink {
  readonly id: InviteId;
  /** base64url of 16 bytes. */
  readonly secret: string;
}

export interface InvitePreview {
  readonly conversation: ConversationId;
  readonly title: string | null;
  readonly members: number;
  readonly invitedBy: string;
}

export interface DeviceInfo {
  readonly device: DeviceId;
  readonly name: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly current: boolean;
}

/** A WebAuthn ceremony begun by the server; `options` go to `navigator.credentials` of the tab. */
export interface PasskeyCeremony {
  readonly ceremony: CeremonyId;
  readonly options: Record<string, unknown>;
}

export interface Engine {
  // Account. All need the server.
  signUpWithPassword(person: {
    handle: string;
    name: string;
    password: string;
    deviceName: string;
  }): Promise<SessionInfo>;
  signInWithPassword(person: { handle: string; password: string; deviceName: string }): Promise<SessionInfo>;
  beginPasskeySignUp(person: { handle: string; name: string }): Promise<PasskeyCeremony>;
  beginPasskeySignIn(): Promise<PasskeyCeremony>;
  /** `response` is the credential's `toJSON()`. */
  finishPasskey(
    flow: 'sign-up' | 'sign-in',
    answer: { ceremony: CeremonyId; response: Record<string, unknown>; deviceName: string },
  ): Promise<SessionInfo>;
  /** Ends the session on the server where it can be reached, and wipes this device's copy. */
  signOut(): Promise<void>;
  devices(): Promise<readonly DeviceInfo[]>;
  endDevice(device: DeviceId): Promise<void>;

  // Conversations. Creating, renaming and leaving work offline: commands in the outbox.
  createConversation(conversation: { kind: ConversationKind; title: string }): Promise<ConversationId>;
  renameConversation(conversation: ConversationId, title: string): Promise<void>;
  leaveConversation(conversation: ConversationId): Promise<void>;
  createInvite(
    conversation: ConversationId,
    terms: { role: 'member' | 'reader'; expiresInSeconds: number; maxUses: number },
  ): Promise<InviteLink>;
  invites(conversation: ConversationId): Promise<readonly InviteInfo[]>;
  revokeInvite(conversation: ConversationId, invite: InviteId): Promise<void>;
  previewInvite(link: InviteLink): Promise<InvitePreview>;
  joinByInvite(link: InviteLink): Promise<ConversationId>;
  changeRole(conversation: ConversationId, account: AccountId, role: Role): Promise<void>;
  removeMember(conversation: ConversationId, account: AccountId): Promise<void>;

  // Messages.
  sendMessage(conversation: ConversationId, message: { text: string; replyTo?: EventId }): Promise<EventId>;
  /** A quarantined message, sent again as it is (or with other text). */
  retryMessage(eventId: EventId, text?: string): Promise<void>;
  discardMessage(eventId: EventId): Promise<void>;
  /** The word of a refused command (`Views.refusals`) was read and is put away. */
  dismissRefusal(position: number): Promise<void>;
  /** Draft text per conversation on this device; empty removes it. */
  saveDraft(conversation: ConversationId, text: string): Promise<void>;

  // Attention.
  /** The conversation that this tab shows, or null: attaches its documents, announces presence. */
  showConversation(conversation: ConversationId | null): Promise<void>;
  /** Brings the next older part of the history onto the device; false when there is none left. Needs the server. */
  loadOlder(conversation: ConversationId): Promise<boolean>;
  /** The person has seen everything up to this message. */
  markRead(conversation: ConversationId, upTo: Hlc): Promise<void>;
  setTyping(conversation: ConversationId, typing: boolean): Promise<void>;

  // State that is not stored. Listeners are called at once with the present value.
  onStatus(listener: (status: EngineStatus) => void): Promise<() => void>;
  onPresence(conversation: ConversationId, listener: (presence: Presence) => void): Promise<() => void>;
  close(): Promise<void>;
}
