import type { AccountId } from '@kith/schema/ids';

/** A WebAuthn credential. */
export interface Passkey {
  /** Credential id, base64url; unique over all accounts. */
  readonly id: string;
  readonly account: AccountId;
  /** COSE key. */
  readonly publicKey: Uint8Array;
  /** The authenticator's signature counter; many report 0 for ever. */
  readonly counter: number;
  /** Whether it may be copied to other devices (BE); never changes. */
  readonly deviceType: 'singleDevice' | 'multiDevice';
  readonly backedUp: boolean;
  readonly createdAt: number;
  readonly lastUsedAt: number;
}
