/**
 * An authenticator in software: makes and uses discoverable credentials as WebAuthn Level 3 describes, attestation
 * "none". Tests bend single fields of what it says.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

const FLAG = { userPresent: 1, userVerified: 4, backupEligible: 8, backedUp: 16, attested: 64 } as const;

/** What a browser or an attacker may say otherwise than the truth. */
export interface Bend {
  readonly origin?: string;
  readonly challenge?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  readonly userVerified?: boolean;
  readonly userPresent?: boolean;
  readonly counter?: number;
  readonly userHandle?: string;
  readonly multiDevice?: boolean;
  readonly credentialId?: string;
}

export interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id?: string };
  readonly user: { readonly id: string };
}
export interface RequestOptions {
  readonly challenge: string;
  readonly rpId?: string;
}

export interface SoftwareAuthenticator {
  create(options: CreationOptions, bend?: Bend): object;
  get(options: RequestOptions, bend?: Bend): object;
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const sha256 = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

export const createSoftwareAuthenticator = (
  origin: string,
  algorithm: 'ES256' | 'EdDSA' = 'ES256',
): SoftwareAuthenticator => {
  const keys =
    algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  let credentialId = text(randomBytes(32));
  let userHandle = '';
  let counter = 0;
  const clientData = (type: string, challenge: string, bend: Bend) =>
    Buffer.from(
      JSON.stringify({
        type: bend.type ?? type,
        challenge: bend.challenge ?? challenge,
        origin: bend.origin ?? origin,
        crossOrigin: bend.crossOrigin ?? false,
      }),
    );
  const authData = (rpId: string, flags: number, bend: Bend, rest: Uint8Array = new Uint8Array(0)) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(bend.counter ?? ++counter);
    const all =
      flags |
      (bend.userPresent === false ? 0 : FLAG.userPresent) |
      (bend.userVerified === false ? 0 : FLAG.userVerified) |
      (bend.multiDevice ? FLAG.backupEligible | FLAG.backedUp : 0);
    return Buffer.concat([sha256(bend.rpId ?? rpId), Buffer.from([all]), count, rest]);
  };
  return {
    create: ({ challenge, rp, user }, bend = {}) => {
      credentialId = bend.credentialId ?? credentialId;
      userHandle = user.id;
      const id = Buffer.from(credentialId, 'base64url');
      const length = Buffer.from([id.length >> 8, id.length & 255]);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, coseKey(keys.publicKey)]);
      const attestation = new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(authData(rp.id ?? '', FLAG.attested, bend, attested))],
      ]);
      return {
        id: credentialId,
        rawId: credentialId,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: text(clientData('webauthn.create', challenge, bend)),
          attestationObject: text(isoCBOR.encode(attestation as Parameters<typeof isoCBOR.encode>[0])),
          transports: ['internal'],
        },
      };
    },
    get: ({ challenge, rpId }, bend = {}) => {
      const client = clientData('webauthn.get', challenge, bend);
      const data = authData(rpId ?? '', 0, bend);
      const digest = algorithm === 'ES256' ? 'sha256' : null;
      const signature = sign(digest, Buffer.concat([data, sha256(client)]), keys.privateKey);
      return {
        id: bend.credentialId ?? credentialId,
        rawId: bend.credentialId ?? credentialId,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: text(client),
          authenticatorData: text(data),
          signature: text(signature),
          userHandle: bend.userHandle ?? userHandle,
        },
      };
    },
  };
};

/** RFC 9053: EC2 or OKP. */
const coseKey = (key: KeyObject): Uint8Array => {
  const { kty, x, y } = key.export({ format: 'jwk' });
  const bytes = (part: string | undefined) => new Uint8Array(Buffer.from(part ?? '', 'base64url'));
  const fields: [number, number | Uint8Array][] =
    kty === 'EC'
      ? [
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, bytes(x)],
          [-3, bytes(y)],
        ]
      : [
          [1, 1],
          [3, -8],
          [-1, 6],
          [-2, bytes(x)],
        ];
  return isoCBOR.encode(new Map(fields) as Parameters<typeof isoCBOR.encode>[0]);
};
