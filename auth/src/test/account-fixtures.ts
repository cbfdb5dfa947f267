/** Valid rows for tests of stores, made from a counter: no two are alike. */
import type { AccountId, CeremonyId, ConversationId, DeviceId, InviteId, SessionId } from '@kith/schema/ids';
import type { Account } from '../accounts/account.ts';
import type { Ceremony } from '../ceremonies/ceremony.ts';
import type { Conversation, Epoch, EpochAppend, Member } from '../conversations/conversation.ts';
import { toEpoch } from '../conversations/member-change.ts';
import type { Device } from '../devices/device.ts';
import type { Invite } from '../invites/invite.ts';
import type { Passkey } from '../passkeys/passkey.ts';
import type { Session } from '../sessions/session.ts';
import type { Credential, NewAccount } from '../storage/account-store.ts';
import { newId } from './auth-harness.ts';
import { START_MS } from './fixed-clock.ts';

export const bytes = (fill: number, length = 32): Uint8Array => new Uint8Array(length).fill(fill);

export const newAccountRow = (handle: string, at = START_MS): Account => ({
  id: newId<AccountId>(),
  handle,
  name: `Name of ${handle}`,
  createdAt: at,
});

export const newDeviceRow = (account: AccountId, more: Partial<Device> = {}): Device => ({
  id: newId<DeviceId>(),
  account,
  name: 'Laptop',
  signKey: bytes(1),
  boxKey: bytes(2),
  createdAt: START_MS,
  lastSeenAt: START_MS,
  revokedAt: null,
  ...more,
});

export const newSessionRow = (device: Device, more: Partial<Session> = {}): Session => ({
  id: newId<SessionId>(),
  account: device.account,
  device: device.id,
  tokenHash: bytes(3),
  previousHash: null,
  rotatedAt: START_MS,
  createdAt: START_MS,
  expiresAt: START_MS + 1_000_000,
  ...more,
});

export const newPasskeyRow = (account: AccountId, id: string): Passkey => ({
  id,
  account,
  publicKey: bytes(4, 77),
  counter: 7,
  deviceType: 'multiDevice',
  backedUp: true,
  createdAt: START_MS,
  lastUsedAt: START_MS,
});

export const newSignUp = (handle: string, credential?: (account: AccountId) => Credential): NewAccount => {
  const account = newAccountRow(handle);
  const device = newDeviceRow(account.id);
  const made = credential?.(account.id) ?? { type: 'password', hash: `hash of ${handle}` };
  return { account, device, session: newSessionRow(device), credential: made };
};

export const newCeremonyRow = (expiresAt: number): Ceremony => ({
  id: newId<CeremonyId>(),
  challenge: bytes(5),
  expiresAt,
  purpose: 'sign-in',
});

export const newConversationRow = (
  owner: AccountId,
  at = START_MS,
): { conversation: Conversation; epoch: Epoch; members: readonly Member[] } => {
  const id = newId<ConversationId>();
  const members: readonly Member[] = [{ account: owner, role: 'owner', joinedAt: at }];
  const conversation: Conversation = {
    id,
    kind: 'group',
    title: bytes(0, 5),
    version: 1,
    epoch: 1,
    createdBy: owner,
    createdAt: at,
    members,
  };
  return { conversation, members, epoch: toEpoch({ id, epoch: 0 }, members, { reason: 'created', by: owner, at }) };
};

/** The epoch after `number` in which `joining` come in as members. */
export const nextEpoch = (
  conversation: Conversation,
  number: number,
  joining: readonly AccountId[],
  invite: InviteId | null = null,
): EpochAppend => {
  const added = joining.map((account): Member => ({ account, role: 'member', joinedAt: START_MS + number }));
  const members = [...conversation.members, ...added];
  const made = { reason: 'joined', by: conversation.createdBy, at: START_MS + number } as const;
  return { epoch: toEpoch({ id: conversation.id, epoch: number }, members, made), members, invite };
};

export const newInviteRow = (conversation: Conversation, more: Partial<Invite> = {}): Invite => ({
  id: newId<InviteId>(),
  conversation: conversation.id,
  proofHash: bytes(6),
  role: 'member',
  createdBy: conversation.createdBy,
  createdAt: START_MS,
  expiresAt: START_MS + 1_000,
  maxUses: 2,
  uses: 0,
  revokedAt: null,
  ...more,
});
