/** What stands in the collections. States are of things that change, rows of what does not. */
import type { AccountId, InviteId } from '@kith/schema/ids';
import type { Account } from '../../accounts/account.ts';
import type { Ceremony } from '../../ceremonies/ceremony.ts';
import type { Conversation, Epoch, Member } from '../../conversations/conversation.ts';
import type { Device } from '../../devices/device.ts';
import type { Invite } from '../../invites/invite.ts';
import type { Passkey } from '../../passkeys/passkey.ts';
import type { Session } from '../../sessions/session.ts';
import type { SigningKey } from '../../tokens/signing-key.ts';
import type { NewAccount } from '../account-store.ts';

/** By handle, which is unique that way: an account is there as soon as this is. */
export interface AccountState extends Account {
  readonly passwordHash: string | null;
}

export interface DeviceState {
  readonly device: Device;
  readonly session: Session | null;
  /** The handle of the account that was being made with it: the device is there when the account is. */
  readonly signUp: string | null;
}

export interface PasskeyState {
  readonly passkey: Passkey;
  /** What was being made with it: the passkey is there when the account is. Whoever wants the passkey finishes that. */
  readonly signUp: NewAccount | null;
}

export interface ConversationState extends Omit<Conversation, 'id' | 'epoch' | 'members'> {
  /** In order of joining. */
  readonly accounts: readonly AccountId[];
  readonly memberCount: number;
  readonly members: Readonly<Record<AccountId, Omit<Member, 'account'>>>;
  /** Kept here by the change that made it, and put among the other epochs before the next comes. */
  readonly newest: EpochRow;
  /** The last one, kept here in the same way. */
  readonly revoked: RevocationRow | null;
}

export interface EpochRow extends Epoch {
  /** `<conversation>/<number>` */
  readonly _id: string;
  /** Whose use it was: the epochs are the count. */
  readonly invite: InviteId | null;
  /** Who was a member in the epoch before. */
  readonly left: readonly AccountId[];
  readonly leavers: number;
}

/** As it was made. */
export type InviteRow = Omit<Invite, 'id'> & { readonly _id: InviteId };

export interface RevocationRow {
  readonly _id: InviteId;
  readonly at: number;
}

export type CeremonyRow = { readonly _id: Ceremony['id']; readonly ceremony: Ceremony };

export interface SigningKeyRow {
  readonly _id: string;
  readonly jwk: SigningKey['jwk'];
  readonly createdAt: number;
}

export interface SecretRow {
  readonly _id: string;
  readonly value: Uint8Array;
}
