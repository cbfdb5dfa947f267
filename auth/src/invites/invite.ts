import type { AccountId, ConversationId, InviteId } from '@kith/schema/ids';
import type { Role } from '@kith/schema/role';

/** An invitation by link. Of its secret the server knows a hash of a proof only. */
export interface Invite {
  readonly id: InviteId;
  readonly conversation: ConversationId;
  /** SHA-256 of the proof that the link's secret gives. */
  readonly proofHash: Uint8Array;
  readonly role: Exclude<Role, 'owner' | 'admin'>;
  readonly createdBy: AccountId;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly maxUses: number;
  readonly uses: number;
  readonly revokedAt: number | null;
}
