/**
 * The Ed25519 keys that sign tokens: made at first start, renewed when old, the former ones published until nothing
 * they signed can still be valid. Holds the other secret of the process too, that of refresh tokens. [TOK-3]
 */

import type { Random } from '@kith/schema/ids';
import type { JSONWebKeySet, JWK, JWTVerifyGetKey } from 'jose';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
} from 'jose';
import type { Clock } from '../clock.ts';
import { REFRESH_SECRET_BYTES } from '../sessions/refresh-token.ts';
import type { KeyStore } from '../storage/account-store.ts';
import type { SigningKey } from './signing-key.ts';

const RENEW_AFTER_MS = 90 * 24 * 3_600_000;
/** Far longer than any token lives, and than anybody caches the key set. */
const OVERLAP_MS = 24 * 3_600_000;
/** Tokens of keys that nobody has made ask the store no more often. */
const READ_AGAIN_MS = 1_000;

export interface SigningKeys {
  /** The key to sign with now. */
  current(): { readonly kid: string; readonly privateKey: CryptoKey };
  /** The public halves of all keys that count. */
  publicKeys(): JSONWebKeySet;
  /** `publicKeys` as a verifier takes them; follows rotation, also that of another process. */
  readonly keySet: JWTVerifyGetKey;
  /** Signs with a new key from now on. */
  rotate(): Promise<void>;
  readonly refreshSecret: Uint8Array;
}

interface Deps {
  readonly store: KeyStore;
  readonly clock: Clock;
  readonly random: Random;
}

interface Ring {
  readonly current: { readonly kid: string; readonly privateKey: CryptoKey };
  readonly publicKeys: JSONWebKeySet;
  readonly keySet: JWTVerifyGetKey;
}

export const createSigningKeys = async (deps: Deps): Promise<SigningKeys> => {
  const refreshSecret = await deps.store.secret('refresh', deps.random(new Uint8Array(REFRESH_SECRET_BYTES)));
  const [newest] = await deps.store.signingKeys();
  const isDue = newest === undefined || newest.createdAt + RENEW_AFTER_MS <= deps.clock.now();
  let ring = await (isDue ? addKey(deps) : loadRing(deps));
  let readAgainAt = 0;
  return {
    current: () => ring.current,
    publicKeys: () => ring.publicKeys,
    keySet: async (header, token) => {
      try {
        return await ring.keySet(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey) || readAgainAt > deps.clock.now()) throw error;
        readAgainAt = deps.clock.now() + READ_AGAIN_MS;
        ring = await loadRing(deps);
        return ring.keySet(header, token);
      }
    },
    rotate: async () => {
      ring = await addKey(deps);
    },
    refreshSecret,
  };
};

const addKey = async (deps: Deps): Promise<Ring> => {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  await deps.store.addSigningKey({ kid: await calculateJwkThumbprint(jwk), jwk, createdAt: deps.clock.now() });
  return loadRing(deps);
};

/** A key counts while it is the newest or its successor is younger than the overlap; others are removed. */
const loadRing = async ({ store, clock }: Deps): Promise<Ring> => {
  const keys = await store.signingKeys();
  const counting = keys.filter((_, i) => i === 0 || (keys[i - 1]?.createdAt ?? 0) + OVERLAP_MS > clock.now());
  for (const { kid } of keys.slice(counting.length)) await store.removeSigningKey(kid);
  const [newest] = counting;
  if (newest === undefined) throw new Error('the store gave no signing key after one was added');
  const privateKey = await importJWK({ ...newest.jwk, alg: 'EdDSA' });
  if (privateKey instanceof Uint8Array) throw new Error('the signing key is symmetric');
  const publicKeys = { keys: counting.map(toPublic) };
  return { current: { kid: newest.kid, privateKey }, publicKeys, keySet: createLocalJWKSet(publicKeys) };
};

const toPublic = ({ kid, jwk: { kty, crv, x } }: SigningKey): JWK =>
  ({ kty, crv, x, kid, alg: 'EdDSA', use: 'sig' }) as JWK;
