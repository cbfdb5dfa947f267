/** Signing and checking events: Ed25519 (RFC 8032) by WebCrypto, over `signedBytes`. [EVT-3] */
import type { AccountId, ConversationId, DeviceId } from '../ids.ts';
import { signedBytes, splitSignature } from './event-codec.ts';

export interface EventPlace {
  readonly conversation: ConversationId;
  readonly account: AccountId;
  readonly device: DeviceId;
}

type Key = Parameters<typeof crypto.subtle.sign>[1];

/** The whole event: `unsigned` with its signature behind it. */
export const signEvent = async (
  unsigned: Uint8Array,
  place: EventPlace,
  signKey: Key,
): Promise<Uint8Array<ArrayBuffer>> => {
  const signature = await crypto.subtle.sign('Ed25519', signKey, signedBytes(place, unsigned));
  const event = new Uint8Array(unsigned.length + signature.byteLength);
  event.set(unsigned);
  event.set(new Uint8Array(signature), unsigned.length);
  return event;
};

/** `event` must have passed `decodeEvent`. */
export const verifyEvent = (event: Uint8Array, place: EventPlace, verifyKey: Key): Promise<boolean> => {
  const { unsigned, signature } = splitSignature(event);
  return crypto.subtle.verify('Ed25519', verifyKey, new Uint8Array(signature), signedBytes(place, unsigned));
};

/** A device's public key, 32 bytes as published, for `verifyEvent`. */
export const importVerifyKey = (publicKey: Uint8Array): Promise<Key> =>
  crypto.subtle.importKey('raw', new Uint8Array(publicKey), 'Ed25519', false, ['verify']);
