import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { bytesToBase64Url, parseBase64Url } from '@kith/schema/base64url';
import { sessionResumeBytes } from '@kith/schema/session-resume';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  type Asked,
  createAuthHarness,
  newDevice,
  newId,
  ORIGIN,
  PASSWORD,
  refreshTokenOf,
  toPerson,
} from '../test/auth-harness.ts';

const DAY_MS = 24 * 3_600_000;
const code = ({ body, status }: Answer) => body?.code ?? status;

const createDevice = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, device: { ...newDevice(), signKey: publicKey.export({ format: 'jwk' }).x ?? '' } };
};

const signatureOf = (key: KeyObject, origin: string, { device, challenge }: { device: string; challenge: string }) => {
  const bytes = sessionResumeBytes({ origin, device: device as never, challenge: parseBase64Url(challenge)! });
  return bytesToBase64Url(new Uint8Array(sign(null, bytes, key)));
};

const setUp = async (options: Parameters<typeof createAuthHarness>[0] = {}) => {
  const harness = await createAuthHarness(options);
  const { privateKey, device } = createDevice();
  const ann = await harness.signUpByPassword('ann', device);
  const challenge = async (id: string = ann.device) =>
    (await harness.ask('POST', '/api/session/challenge', { body: { device: id } })).body;
  const finish = (body: object, more: Asked = {}) => harness.ask('POST', '/api/session/resume', { ...more, body });
  const resume = async (changes: { key?: KeyObject; origin?: string; device?: string; more?: Asked } = {}) => {
    const { key = privateKey, origin = ORIGIN, device: id = ann.device, more } = changes;
    const begun = await challenge(id);
    const signature = signatureOf(key, origin, { device: id, challenge: begun.challenge });
    return finish({ ceremony: begun.ceremony, signature }, more);
  };
  const refresh = (cookie: string) => harness.ask('POST', '/api/session/refresh', { cookie, body: {} });
  return { ...harness, ann, device, privateKey, challenge, finish, resume, refresh };
};

describe('coming back by the device key', () => {
  it('[SES-7] a device without a cookie gets its session, an access token and a new cookie', async () => {
    const { resume, ann, ask, refresh, ended } = await setUp();
    const { status, body, headers } = await resume();
    expect([status, body.account, body.device, body.handle]).toEqual([200, ann.account, ann.device, 'ann']);
    expect(code(await ask('GET', '/api/session', { as: body }))).toBe(200);
    expect(code(await refresh(refreshTokenOf(headers)))).toBe(200);
    expect((await ask('GET', '/api/devices', { as: body })).body.devices).toHaveLength(1);
    expect(ended).toEqual([]);
  });

  it('[SES-7] a challenge is 32 fresh bytes, and of the same form for a device that is not there', async () => {
    const { challenge, finish, privateKey } = await setUp();
    const stranger = newId();
    const [known, again, unknown] = [await challenge(), await challenge(), await challenge(stranger)];
    expect(Object.keys(unknown)).toEqual(Object.keys(known));
    for (const one of [known, again, unknown]) expect(parseBase64Url(one.challenge)).toHaveLength(32);
    expect(new Set([known.challenge, again.challenge, unknown.challenge]).size).toBe(3);
    const signature = signatureOf(privateKey, ORIGIN, { device: stranger, challenge: unknown.challenge });
    expect(code(await finish({ ceremony: unknown.ceremony, signature }))).toBe('session-ended');
  });

  it('[SES-7] a proof is good once, also when it failed', async () => {
    const { challenge, finish, ann, privateKey } = await setUp();
    const { ceremony, challenge: bytes } = await challenge();
    const proof = { ceremony, signature: signatureOf(privateKey, ORIGIN, { device: ann.device, challenge: bytes }) };
    expect(code(await finish(proof))).toBe(200);
    expect(code(await finish(proof))).toBe('ceremony-invalid');
    const second = await challenge();
    const wrong = { ceremony: second.ceremony, signature: proof.signature };
    const right = signatureOf(privateKey, ORIGIN, { device: ann.device, challenge: second.challenge });
    expect(code(await finish(wrong))).toBe('ceremony-invalid');
    expect(code(await finish({ ...wrong, signature: right }))).toBe('ceremony-invalid');
  });

  it('[SES-7] the key of another device, another server’s proof and another device’s challenge prove nothing', async () => {
    const { resume, signUpByPassword, challenge, finish, ann } = await setUp();
    const other = createDevice();
    const bob = await signUpByPassword('bob', other.device);
    expect(code(await resume({ key: other.privateKey }))).toBe('ceremony-invalid');
    expect(code(await resume({ origin: 'https://evil.example' }))).toBe('ceremony-invalid');
    const { ceremony, challenge: bytes } = await challenge(ann.device);
    const signature = signatureOf(other.privateKey, ORIGIN, { device: bob.device, challenge: bytes });
    expect(code(await finish({ ceremony, signature }))).toBe('ceremony-invalid');
    expect(code(await resume({ key: other.privateKey, device: bob.device }))).toBe(200);
  });

  it('[SES-7] a published key that is none, and the challenge of a passkey, prove nothing and break nothing', async () => {
    const { resume, finish, ask, signUpByPassword, logged } = await setUp();
    const eve = await signUpByPassword('eve', {
      ...newDevice(),
      signKey: bytesToBase64Url(new Uint8Array(32).fill(2)),
    });
    expect(code(await resume({ device: eve.device }))).toBe('ceremony-invalid');
    const { ceremony } = (await ask('POST', '/api/passkeys/authentication-options', { body: {} })).body;
    const signature = bytesToBase64Url(new Uint8Array(64));
    expect(code(await finish({ ceremony, signature }))).toBe('ceremony-invalid');
    expect(logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('[SES-7] after five minutes a challenge has expired', async () => {
    const { challenge, finish, ann, privateKey, clock } = await setUp();
    const { ceremony, challenge: bytes } = await challenge();
    clock.advance(300_000);
    const signature = signatureOf(privateKey, ORIGIN, { device: ann.device, challenge: bytes });
    expect(code(await finish({ ceremony, signature }))).toBe('ceremony-expired');
  });

  it('[SES-7] under its other names over plain http the server takes proofs for itself, over https never', async () => {
    const headers = { Host: 'kith.lan:3000', Origin: 'http://kith.lan:3000' };
    const lan = { origin: 'http://kith.lan:3000', more: { headers } };
    expect(code(await (await setUp()).resume(lan))).toBe(200);
    const secure = await createAuthHarness({ config: { publicOrigin: 'https://kith.example', rpId: 'kith.example' } });
    const body = { ceremony: newId(), signature: bytesToBase64Url(new Uint8Array(64)) };
    expect(code(await secure.ask('POST', '/api/session/resume', { body, headers }))).toBe('foreign-origin');
  });

  it('[SES-8] older cookies and access tokens are void afterwards, and using them ends nothing', async () => {
    const { resume, refresh, ann, ask, clock, ended, logged } = await setUp();
    const newest = refreshTokenOf((await refresh(ann.refreshToken)).headers);
    const { body, headers } = await resume();
    clock.advance(60_000);
    for (const older of [ann.refreshToken, newest]) expect(code(await refresh(older))).toBe('session-ended');
    expect(code(await ask('GET', '/api/session', { as: ann }))).toBe('token-expired');
    expect(code(await ask('GET', '/api/session', { as: body }))).toBe(200);
    expect(code(await refresh(refreshTokenOf(headers)))).toBe(200);
    expect(ended).toEqual([]);
    expect(logged.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('[SES-8] the answer lost, the device comes back once more; of two at once one cookie stands', async () => {
    const { resume, refresh, ended } = await setUp();
    const both = await Promise.all([resume(), resume()]);
    expect(both.map(code)).toEqual([200, 200]);
    const refreshed = await Promise.all(both.map(({ headers }) => refresh(refreshTokenOf(headers))));
    expect(refreshed.map(code).sort()).toEqual([200, 'session-ended']);
    expect(code(await resume())).toBe(200);
    expect(ended).toEqual([]);
  });

  it('[SES-3] after reuse thief and owner have nothing; the owner’s device comes back, the thief does not', async () => {
    const { resume, refresh, ann, ask, clock, ended, logged } = await setUp();
    const thief = await refresh(ann.refreshToken);
    clock.advance(10_001);
    expect(code(await refresh(ann.refreshToken))).toBe('unauthenticated');
    expect(code(await refresh(refreshTokenOf(thief.headers)))).toBe('session-ended');
    expect(code(await ask('GET', '/api/session', { as: thief.body }))).toBe('token-expired');
    expect(logged.filter(({ level, message }) => level === 'warn' && message.includes('twice'))).toHaveLength(1);
    const back = await resume();
    expect([back.status, back.body.device]).toEqual([200, ann.device]);
    for (const old of [ann.refreshToken, refreshTokenOf(thief.headers)]) expect((await refresh(old)).status).toBe(401);
    const next = await refresh(refreshTokenOf(back.headers));
    expect([next.status, ended]).toEqual([200, []]);
  });

  it('[SES-8] theft is noticed in the new chain as it was in the old one', async () => {
    const { resume, refresh, clock, logged } = await setUp();
    const cookie = refreshTokenOf((await resume()).headers);
    expect(code(await refresh(cookie))).toBe(200);
    clock.advance(10_001);
    expect(code(await refresh(cookie))).toBe('unauthenticated');
    expect(logged.filter(({ message }) => message.includes('twice'))).toHaveLength(1);
    expect(code(await resume())).toBe(200);
  });

  it('[SES-6] coming back does not make a session live longer', async () => {
    const { resume, clock, ask } = await setUp();
    clock.advance(90 * DAY_MS - 60_000);
    const { body } = await resume();
    expect(body.expiresAt).toBe(clock.now() + 60_000);
    clock.advance(60_000);
    expect(code(await resume())).toBe('session-ended');
    expect(code(await ask('GET', '/api/session', { as: body }))).toBe('session-ended');
  });

  it('[SES-4] who signed out or was removed does not come back, not even by a challenge from before', async () => {
    const { resume, challenge, finish, privateKey, ann, ask, device } = await setUp();
    const begun = await challenge();
    const signature = signatureOf(privateKey, ORIGIN, { device: ann.device, challenge: begun.challenge });
    await ask('DELETE', '/api/session', { as: ann });
    expect(code(await finish({ ceremony: begun.ceremony, signature }))).toBe('session-ended');
    const signIn = { handle: 'ann', password: PASSWORD, device };
    const again = toPerson(await ask('POST', '/api/passwords/sign-in', { body: signIn }));
    expect(again.device).toBe(ann.device);
    expect(code(await resume())).toBe(200);
    const { body } = await resume();
    await ask('DELETE', `/api/devices/${ann.device}`, { as: body });
    expect(code(await resume())).toBe('session-ended');
  });

  it('[SES-4] signing out ends the session also while it is being resumed', async () => {
    const { resume, store, ask, ann, ended } = await setUp();
    const endSession = store.endSession;
    let isFirst = true;
    Object.assign(store, {
      endSession: async (id: Parameters<typeof endSession>[0]) => {
        if (isFirst) {
          isFirst = false;
          expect(code(await resume())).toBe(200);
        }
        return endSession(id);
      },
    });
    expect((await ask('DELETE', '/api/session', { as: ann })).status).toBe(204);
    expect(code(await resume())).toBe('session-ended');
    expect(ended).toEqual([ann.device]);
  });

  it('[SES-7] an import comes back as an import', async () => {
    const { challenge, finish, privateKey, ann, ask } = await setUp();
    const { ceremony, challenge: bytes } = await challenge();
    const signature = signatureOf(privateKey, ORIGIN, { device: ann.device, challenge: bytes });
    const { body } = await finish({ ceremony, signature, bulk: true });
    expect((await ask('GET', '/api/session', { as: body })).body.scope).toBe('bulk');
  });

  it('[SES-9] wrong signatures are slowed by address, right ones cost nothing', async () => {
    let address = '192.0.2.1';
    const { resume, ask, ann, clock } = await setUp({ address: () => address });
    for (let i = 0; i < 30; i++) expect(code(await resume())).toBe(200);
    const { privateKey: wrong } = createDevice();
    for (let i = 0; i < 20; i++) expect(code(await resume({ key: wrong }))).toBe('ceremony-invalid');
    const refused = await ask('POST', '/api/session/challenge', { body: { device: ann.device } });
    expect(refused.body).toMatchObject({ code: 'rate-limited', limit: 'tries', retryAfterMs: 1_000 });
    const proof = { ceremony: newId(), signature: bytesToBase64Url(new Uint8Array(64)) };
    expect(code(await ask('POST', '/api/session/resume', { body: proof }))).toBe('rate-limited');
    address = '192.0.2.2';
    expect(code(await resume())).toBe(200);
    address = '192.0.2.1';
    clock.advance(1_000);
    expect(code(await resume())).toBe(200);
  });

  it.each([
    ['no device', '/api/session/challenge', {}],
    ['half a device id', '/api/session/challenge', { device: 'AAAA' }],
    ['a number', '/api/session/challenge', { device: 7 }],
    ['a short signature', '/api/session/resume', { ceremony: newId(), signature: 'AAAA' }],
    ['no ceremony', '/api/session/resume', { signature: bytesToBase64Url(new Uint8Array(64)) }],
  ])('[EDGE-2] %s is refused', async (_, path, body) => {
    const { ask } = await createAuthHarness();
    expect(code(await ask('POST', path, { body }))).toBe('bad-request');
  });
});
