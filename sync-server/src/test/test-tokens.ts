/** Real tokens, signed with a key of the test's own and checked by auth's verifier. */
import { createTokenVerifier, type TokenVerifier } from '@kith/auth/token-verifier';
import type { AccountId, DeviceId } from '@kith/schema/ids';
import {
  ACCESS_AUDIENCE,
  ACCESS_TOKEN_TYPE,
  DOCUMENT_AUDIENCE,
  DOCUMENT_TOKEN_TYPE,
  type Scope,
} from '@kith/schema/token-claims';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { TEST_SESSION } from './test-directory.ts';

export interface Person {
  readonly account: AccountId;
  readonly device: DeviceId;
}

interface DocumentTokenOptions {
  readonly perm?: 'read' | 'write';
  readonly scope?: Scope;
  readonly seconds?: number;
}

export interface TestTokens {
  readonly verifier: TokenVerifier;
  access(person: Person, seconds?: number): Promise<string>;
  document(person: Person, doc: string, options?: DocumentTokenOptions): Promise<string>;
}

export const createTestTokens = async (clock: { now(): number }): Promise<TestTokens> => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'EdDSA', use: 'sig' };
  const verifier = createTokenVerifier({ keySet: createLocalJWKSet({ keys: [jwk] }), clock });

  const sign = (typ: string, audience: string, { account, device }: Person, claims: object, seconds: number) =>
    new SignJWT({ device, ...claims })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'test', typ })
      .setSubject(account)
      .setAudience(audience)
      .setIssuedAt(Math.floor(clock.now() / 1_000))
      .setExpirationTime(Math.floor(clock.now() / 1_000) + seconds)
      .sign(privateKey);

  return {
    verifier,
    access: (person, seconds = 600) => {
      const claims = { session: TEST_SESSION, scope: 'default' };
      return sign(ACCESS_TOKEN_TYPE, ACCESS_AUDIENCE, person, claims, seconds);
    },
    document: (person, doc, { perm = 'write', scope = 'default', seconds = 300 } = {}) =>
      sign(DOCUMENT_TOKEN_TYPE, DOCUMENT_AUDIENCE, person, { doc, perm, scope }, seconds),
  };
};
