/** A device's keys: Ed25519 to sign its events, X25519 to open what is sealed to it. */
import type { NewDeviceSchema } from '@kith/schema/api/accounts';
import { bytesToBase64Url } from '@kith/schema/base64url';
import type * as v from 'valibot';
import type { DeviceKeys } from '../storage/local-store.ts';

/** `extractable` only where key handles cannot be stored. */
export const createDeviceKeys = async (subtle: SubtleCrypto, extractable: boolean): Promise<DeviceKeys> => ({
  sign: (await subtle.generateKey('Ed25519', extractable, ['sign', 'verify'])) as CryptoKeyPair,
  box: (await subtle.generateKey('X25519', extractable, ['deriveBits'])) as CryptoKeyPair,
});

/** The public halves, as requests carry them. */
export const newDevice = async (
  subtle: SubtleCrypto,
  keys: DeviceKeys,
  name: string,
): Promise<v.InferInput<typeof NewDeviceSchema>> => ({
  name,
  signKey: bytesToBase64Url(new Uint8Array(await subtle.exportKey('raw', keys.sign.publicKey))),
  boxKey: bytesToBase64Url(new Uint8Array(await subtle.exportKey('raw', keys.box.publicKey))),
});
