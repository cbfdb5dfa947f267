/**
 * The one file that knows @simplewebauthn/server. Discoverable credentials with user verification, on exactly our
 * origin, never inside another site's frame. What does not verify is `null` and the reason goes to the log. [PKY-2]
 */

import { bytesToBase64Url } from '@kith/schema/base64url';
import { type AccountId, idToBytes } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { COSEALG, decodeClientDataJSON } from '@simplewebauthn/server/helpers';
import * as v from 'valibot';
import type { AuthConfig } from '../auth-config.ts';
import type { Log } from '../log.ts';
import type { Passkey } from './passkey.ts';

const ALGORITHMS = [COSEALG.EdDSA, COSEALG.ES256, COSEALG.RS256];
const TIMEOUT_MS = LIMITS.ceremonySeconds * 1000;

export type ProvenPasskey = Pick<Passkey, 'id' | 'publicKey' | 'counter' | 'deviceType' | 'backedUp'>;
export type ProvenUse = Pick<Passkey, 'counter' | 'backedUp'>;

export interface WebAuthn {
  registrationOptions(asked: {
    account: AccountId;
    handle: string;
    name: string;
    challenge: Uint8Array;
  }): Promise<object>;
  authenticationOptions(challenge: Uint8Array): Promise<object>;
  /** `response` is whatever the browser sent. */
  verifyRegistration(response: unknown, challenge: Uint8Array): Promise<ProvenPasskey | null>;
  verifyAuthentication(response: unknown, challenge: Uint8Array, passkey: Passkey): Promise<ProvenUse | null>;
}

type Deps = { readonly config: AuthConfig; readonly log: Log };

export const createWebAuthn = (deps: Deps): WebAuthn => ({
  registrationOptions: ({ account, handle, name, challenge }) =>
    generateRegistrationOptions({
      rpName: deps.config.serverName,
      rpID: deps.config.rpId,
      userID: new Uint8Array(idToBytes(account)),
      userName: handle,
      userDisplayName: name,
      challenge: new Uint8Array(challenge),
      timeout: TIMEOUT_MS,
      attestationType: 'none',
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
    }),
  authenticationOptions: (challenge) =>
    generateAuthenticationOptions({
      rpID: deps.config.rpId,
      challenge: new Uint8Array(challenge),
      timeout: TIMEOUT_MS,
      userVerification: 'required',
    }),
  verifyRegistration: (response, challenge) =>
    proven(deps.log, () => verifyRegistration(deps.config, v.parse(RegistrationSchema, response), challenge)),
  verifyAuthentication: (response, challenge, passkey) =>
    proven(deps.log, () =>
      verifyAuthentication(deps.config, { response: v.parse(AuthenticationSchema, response), challenge, passkey }),
    ),
});

const Text = v.pipe(v.string(), v.maxLength(48 * 1024));
const Credential = { id: Text, rawId: Text, type: v.literal('public-key') };

const RegistrationSchema = v.object({
  ...Credential,
  response: v.object({ clientDataJSON: Text, attestationObject: Text }),
});

const AuthenticationSchema = v.object({
  ...Credential,
  response: v.object({ clientDataJSON: Text, authenticatorData: Text, signature: Text, userHandle: Text }),
});

const verifyRegistration = async (
  config: AuthConfig,
  response: v.InferOutput<typeof RegistrationSchema>,
  challenge: Uint8Array,
): Promise<ProvenPasskey | null> => {
  assertOwnFrame(response.response.clientDataJSON);
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: { ...response, clientExtensionResults: {} },
    ...expected(config, challenge),
    supportedAlgorithmIDs: ALGORITHMS,
  });
  if (!verified) return null;
  const { credential, credentialDeviceType, credentialBackedUp } = registrationInfo;
  return {
    id: credential.id,
    publicKey: credential.publicKey,
    counter: credential.counter,
    deviceType: credentialDeviceType,
    backedUp: credentialBackedUp,
  };
};

const verifyAuthentication = async (
  config: AuthConfig,
  use: { response: v.InferOutput<typeof AuthenticationSchema>; challenge: Uint8Array; passkey: Passkey },
): Promise<ProvenUse | null> => {
  const { response, challenge, passkey } = use;
  assertOwnFrame(response.response.clientDataJSON);
  if (response.response.userHandle !== bytesToBase64Url(idToBytes(passkey.account))) {
    throw new Error('the user handle is not that of the passkey');
  }
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: { ...response, clientExtensionResults: {} },
    ...expected(config, challenge),
    credential: { id: passkey.id, publicKey: new Uint8Array(passkey.publicKey), counter: passkey.counter },
  });
  if (authenticationInfo.credentialDeviceType !== passkey.deviceType) throw new Error('the device type has changed');
  return verified ? { counter: authenticationInfo.newCounter, backedUp: authenticationInfo.credentialBackedUp } : null;
};

const expected = (config: AuthConfig, challenge: Uint8Array) => ({
  expectedChallenge: bytesToBase64Url(challenge),
  expectedOrigin: config.publicOrigin,
  expectedRPID: config.rpId,
  requireUserVerification: true,
});

/** @throws for a ceremony that ran in another site's frame. */
const assertOwnFrame = (clientDataJSON: string): void => {
  if (decodeClientDataJSON(clientDataJSON).crossOrigin === true) throw new Error('a cross-origin frame');
};

/** The library throws for every fault of what it is given: to us each of them is "not proven". */
const proven = async <T>(log: Log, verify: () => Promise<T | null>): Promise<T | null> => {
  try {
    return await verify();
  } catch (error) {
    log.warn('passkey refused', { reason: error instanceof Error ? error.message : String(error) });
    return null;
  }
};
