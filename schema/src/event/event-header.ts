/**
 * The clear header of an event: what the server may see and must check. Layout in `event-codec.ts`. [EVT-1]
 *
 * Every version, also one not yet made, begins `version · eventId · kind`; the rest is version 1's.
 */
import type { Hlc } from '../hlc.ts';
import type { EventId } from '../ids.ts';

export const EVENT_VERSION = 1;
export const HASH_BYTES = 16;
export const SIGNATURE_BYTES = 64;
export const NOTIFY_TAG_BYTES = 4;

/** Whom an event should ring: nobody beyond the defaults, everybody, or members by the tag of their account. */
export type Notify = 'default' | 'all' | readonly Uint8Array[];

export interface EventHeader {
  readonly eventId: EventId;
  /** A number of `EVENT_KINDS`, or one that a newer version made. */
  readonly kind: number;
  /** The event this one changes: edit, delete, reaction. */
  readonly target: EventId | null;
  readonly time: Hlc;
  /** The conversation's epoch at writing: its members, roles and (once sealed) key. */
  readonly epoch: number;
  /** 1, 2, 3 … per device and segment. */
  readonly seq: number;
  /** First 16 bytes of SHA-256 over the same device's previous event in the segment; zeros before the first. */
  readonly prev: Uint8Array;
  /** Seconds after `time` at which every copy is to be removed; 0 keeps it. */
  readonly expireAfterSeconds: number;
  /** Not to be shown before this time, ms since 1970; 0 at once. */
  readonly notBeforeMs: number;
  readonly notify: Notify;
  /** The body is ciphertext. */
  readonly sealed: boolean;
}

export interface Event {
  readonly header: EventHeader;
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
}
