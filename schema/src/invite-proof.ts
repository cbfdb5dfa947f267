/** From the secret in an invitation's link to what is shown to the server. One way: the server never has the secret. */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';

const INFO = new TextEncoder().encode('kith/invite/proof/1');

export const INVITE_SECRET_BYTES = 16;

/** HKDF-SHA256 (RFC 5869), 32 bytes. */
export const inviteProof = (secret: Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(hkdf(sha256, secret, undefined, INFO, 32));

export const inviteProofHash = (proof: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(sha256(proof));
