import type { JWK } from 'jose';

/** An Ed25519 key that signs, or signed, tokens. */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  /** With its private part `d`. */
  readonly jwk: JWK;
  readonly createdAt: number;
}
