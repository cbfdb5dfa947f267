import type { AccountId, DeviceId, SessionId } from '@kith/schema/ids';

/** A device signed in; at most one per device. Holds hashes (SHA-256) of refresh tokens, never a token. */
export interface Session {
  /** Of the chain of tokens; coming back by the device key makes another one. */
  readonly id: SessionId;
  readonly account: AccountId;
  readonly device: DeviceId;
  /** Of the token that may be used next. */
  readonly tokenHash: Uint8Array;
  /** Of the token used last; null before the first use. */
  readonly previousHash: Uint8Array | null;
  readonly rotatedAt: number;
  readonly createdAt: number;
  /** Absolute: using the session does not move it. */
  readonly expiresAt: number;
}
