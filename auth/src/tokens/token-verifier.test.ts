import { createHmac, generateKeyPairSync } from 'node:crypto';
import { bytesToBase64Url } from '@kith/schema/base64url';
import type { AccountId, DeviceId, SessionId } from '@kith/schema/ids';
import { errors, exportJWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createMemoryAccountStore } from '../index.ts';
import { newId } from '../test/auth-harness.ts';
import { createFixedClock } from '../test/fixed-clock.ts';
import { createSigningKeys } from './signing-keys.ts';
import { createTokenIssuer } from './token-issuer.ts';
import { createTokenVerifier } from './token-verifier.ts';

const setUp = async () => {
  const clock = createFixedClock();
  const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);
  const keys = await createSigningKeys({ store: createMemoryAccountStore(), clock, random });
  const issuer = createTokenIssuer({ keys, clock });
  const verifier = createTokenVerifier({ keySet: keys.keySet, clock });
  const bearer = {
    account: newId<AccountId>(),
    device: newId<DeviceId>(),
    session: newId<SessionId>(),
    scope: 'default',
    sessionExpiresAt: Number.MAX_SAFE_INTEGER,
  } as const;
  const doc = `conversation/${newId()}`;
  return { clock, keys, issuer, verifier, bearer, doc };
};

const invalid = { ok: false, error: { type: 'token-invalid' } };
const expired = { ok: false, error: { type: 'token-expired' } };

const part = (value: object) => bytesToBase64Url(new TextEncoder().encode(JSON.stringify(value)));

describe('tokens', () => {
  it('[TOK-1] what is issued is verified, once per signature', async () => {
    const { issuer, verifier, bearer, doc, clock } = await setUp();
    const access = await issuer.access(bearer);
    const document = await issuer.document(bearer, { doc, perm: 'read' });
    const claims = { sub: bearer.account, device: bearer.device, scope: 'default' };
    for (let i = 0; i < 2; i++) {
      expect(await verifier.verifyAccess(access.token)).toEqual({
        ok: true,
        value: { ...claims, session: bearer.session, exp: clock.now() / 1000 + 600 },
      });
      expect(await verifier.verifyDocument(document.token)).toEqual({
        ok: true,
        value: { ...claims, doc, perm: 'read', exp: clock.now() / 1000 + 300 },
      });
    }
  });

  it('[TOK-1] a token of one purpose is nothing to the other', async () => {
    const { issuer, verifier, bearer, doc } = await setUp();
    const access = await issuer.access(bearer);
    const document = await issuer.document(bearer, { doc, perm: 'write' });
    expect(await verifier.verifyDocument(access.token)).toEqual(invalid);
    expect(await verifier.verifyAccess(document.token)).toEqual(invalid);
  });

  it('[TOK-1] a token lives until thirty seconds after its time, remembered or not', async () => {
    const { issuer, verifier, bearer, clock, keys } = await setUp();
    const { token, expiresAt } = await issuer.access(bearer);
    await verifier.verifyAccess(token);
    const fresh = createTokenVerifier({ keySet: keys.keySet, clock });
    clock.advance(expiresAt - clock.now() + 29_000);
    expect((await verifier.verifyAccess(token)).ok).toBe(true);
    expect((await fresh.verifyAccess(token)).ok).toBe(true);
    clock.advance(2_000);
    expect(await verifier.verifyAccess(token)).toEqual(expired);
    expect(await verifier.verifyAccess(token)).toEqual(expired);
    expect(await createTokenVerifier({ keySet: keys.keySet, clock }).verifyAccess(token)).toEqual(expired);
  });

  it('[TOK-1] other algorithms, keys pointed at, wrong types and altered claims are refused', async () => {
    const { keys, verifier, bearer, clock, issuer } = await setUp();
    const { kid, privateKey } = keys.current();
    const claims = { sub: bearer.account, device: bearer.device, scope: 'default', aud: 'api' };
    const exp = clock.now() / 1000 + 600;
    const header = { alg: 'EdDSA', typ: 'kith-access+jwt', kid };
    const [publicKey] = keys.publicKeys().keys;
    const foreign = generateKeyPairSync('ed25519');
    const signWith = (key: Parameters<SignJWT['sign']>[0], more: object, payload: object = { ...claims, exp }) =>
      new SignJWT({ ...payload }).setProtectedHeader({ ...header, ...more }).sign(key);
    const hmac = `${part({ ...header, alg: 'HS256' })}.${part({ ...claims, exp })}`;
    const { token } = await issuer.access(bearer);
    const [head, , signature] = token.split('.');
    const hostile: Record<string, string> = {
      none: `${part({ ...header, alg: 'none' })}.${part({ ...claims, exp })}.`,
      'HS256 with the public key': `${hmac}.${createHmac('sha256', publicKey?.x ?? '')
        .update(hmac)
        .digest('base64url')}`,
      'a key of the sender': await signWith(foreign.privateKey, { jwk: await exportJWK(foreign.publicKey) }),
      'a key set of the sender': await signWith(foreign.privateKey, { jku: 'https://example.org/jwks.json' }),
      'an unknown key': await signWith(foreign.privateKey, { kid: 'unknown' }),
      'another key under our id': await signWith(foreign.privateKey, {}),
      'another type': await signWith(privateKey, { typ: 'JWT' }),
      'another audience': await signWith(privateKey, {}, { ...claims, exp, aud: 'sync' }),
      'no expiry': await signWith(privateKey, {}, claims),
      'no device': await signWith(privateKey, {}, { ...claims, exp, device: undefined }),
      'an account that is none': await signWith(privateKey, {}, { ...claims, exp, sub: 'root' }),
      'an unknown scope': await signWith(privateKey, {}, { ...claims, exp, scope: 'admin' }),
      'altered claims': [head, part({ ...claims, exp, sub: newId() }), signature].join('.'),
      'a cut signature': token.slice(0, -4),
      nothing: '',
      noise: 'a.b.c',
      'a very long text': `${token}${'A'.repeat(3_000)}`,
    };
    for (const [name, text] of Object.entries(hostile)) {
      expect([name, await verifier.verifyAccess(text)]).toEqual([name, invalid]);
    }
    expect((await verifier.verifyAccess(token)).ok).toBe(true);
  });

  it('[TOK-1] another algorithm is refused even with a key that the set has', async () => {
    const { bearer, clock } = await setUp();
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const verifier = createTokenVerifier({ clock, keySet: async () => publicKey });
    const token = await new SignJWT({ device: bearer.device, scope: 'default' })
      .setProtectedHeader({ alg: 'ES256', typ: 'kith-access+jwt' })
      .setSubject(bearer.account)
      .setAudience('api')
      .setExpirationTime(clock.now() / 1000 + 60)
      .sign(privateKey);
    expect(await verifier.verifyAccess(token)).toEqual(invalid);
  });

  it('[TOK-1] a document token names one document exactly', async () => {
    const { keys, verifier, bearer, clock } = await setUp();
    const { kid, privateKey } = keys.current();
    const claims = { sub: bearer.account, device: bearer.device, scope: 'default', aud: 'sync', perm: 'write' };
    for (const doc of ['', 'conversation/x', `conversation/${newId()}/1`, `conversation/${newId()}\0x`, '*']) {
      const token = await new SignJWT({ ...claims, doc, exp: clock.now() / 1000 + 60 })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'kith-document+jwt', kid })
        .sign(privateKey);
      expect([doc, await verifier.verifyDocument(token)]).toEqual([doc, invalid]);
    }
  });

  it('[TOK-1] keys that cannot be fetched are no fault of the token', async () => {
    const { issuer, bearer, clock } = await setUp();
    const { token } = await issuer.access(bearer);
    const failing = createTokenVerifier({ clock, keySet: () => Promise.reject(new errors.JWKSTimeout()) });
    await expect(failing.verifyAccess(token)).rejects.toThrow('timed out');
    const offline = createTokenVerifier({ clock, keySet: () => Promise.reject(new TypeError('fetch failed')) });
    await expect(offline.verifyAccess(token)).rejects.toThrow('fetch failed');
  });
});
