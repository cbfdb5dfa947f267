/**
 * What a device signs with its Ed25519 key to come back into its session without a cookie: bound to one purpose, one
 * server, one device and one challenge, so no other signature of the device can stand for it. [SES-7]
 *
 *   'kith/session/resume/1' 00 · server's origin in UTF-8 · 00 · device id (16 bytes) · challenge (32 bytes)
 */
import { type DeviceId, idToBytes } from './ids.ts';

const DOMAIN = 'kith/session/resume/1';

/** An origin has no zero byte and all behind it has a fixed length: one byte string has one reading. */
export const sessionResumeBytes = (proof: {
  /** As browsers write it, `https://chat.example`. */
  readonly origin: string;
  readonly device: DeviceId;
  readonly challenge: Uint8Array;
}): Uint8Array<ArrayBuffer> => {
  const head = new TextEncoder().encode(`${DOMAIN}\0${proof.origin}\0`);
  const device = idToBytes(proof.device);
  const bytes = new Uint8Array(head.length + device.length + proof.challenge.length);
  bytes.set(head);
  bytes.set(device, head.length);
  bytes.set(proof.challenge, head.length + device.length);
  return bytes;
};
