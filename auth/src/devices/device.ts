import type { AccountId, DeviceId } from '@kith/schema/ids';

/**
 * One browser profile or headless profile. It outlives its sessions: its events stay signed by its key, and signing in
 * again with the same keys makes it the same device, so what waits in its outbox stays valid. A revoked one never is
 * signed in again.
 */
export interface Device {
  readonly id: DeviceId;
  readonly account: AccountId;
  readonly name: string;
  readonly signKey: Uint8Array;
  readonly boxKey: Uint8Array;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly revokedAt: number | null;
}
