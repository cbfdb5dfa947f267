import type { AccountId, CeremonyId } from '@kith/schema/ids';

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

/** A challenge handed out and waiting for its one answer. */
export type Ceremony = {
  readonly id: CeremonyId;
  /** 32 random bytes. */
  readonly challenge: Uint8Array;
  readonly expiresAt: number;
} & (
  | { readonly purpose: 'sign-in' }
  /** Who wants to become whom: nothing is reserved until the answer comes. */
  | { readonly purpose: 'sign-up'; readonly account: AccountId; readonly handle: string; readonly name: string }
);
