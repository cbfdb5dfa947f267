/** The link between a device's events: what the next one's `prev` must be. [EVT-5] */
import { sha256 } from '@noble/hashes/sha2.js';
import { HASH_BYTES } from './event-header.ts';

export const NO_PREV = new Uint8Array(HASH_BYTES);

/** First 16 bytes of SHA-256 over a whole event, signature included. */
export const hashEvent = (event: Uint8Array): Uint8Array => sha256(event).slice(0, HASH_BYTES);
