import { parseBase64Url } from '@kith/schema/base64url';
import { bytesToId, type SessionId } from '@kith/schema/ids';
import { describe, expect, it } from 'vitest';
import { type AuthHarness, createAuthHarness, type Person, refreshTokenOf } from '../test/auth-harness.ts';

const DAY_MS = 24 * 3_600_000;

const refresh = (harness: AuthHarness, cookie: string, body: unknown = {}) =>
  harness.ask('POST', '/api/session/refresh', { cookie, body });

/** Refreshes and gives the successor. */
const next = async (harness: AuthHarness, cookie: string): Promise<string> => {
  const { status, headers } = await refresh(harness, cookie);
  expect(status).toBe(200);
  return refreshTokenOf(headers);
};

const setUp = async (): Promise<AuthHarness & { ann: Person }> => {
  const harness = await createAuthHarness();
  return { ...harness, ann: await harness.signUp('ann') };
};

describe('sessions', () => {
  it('[SES-1] refreshing gives a new token and a new access token for the same device', async () => {
    const harness = await setUp();
    const { body, headers } = await refresh(harness, harness.ann.refreshToken);
    const successor = refreshTokenOf(headers);
    expect(successor).toHaveLength(64);
    expect(successor).not.toBe(harness.ann.refreshToken);
    expect(body).toMatchObject({ account: harness.ann.account, device: harness.ann.device, handle: 'ann' });
    expect(body.expiresAt).toBe(harness.clock.now() + 600_000);
    expect((await harness.ask('GET', '/api/session', { as: body })).status).toBe(200);
  });

  it('[SES-1] the store holds neither the token nor anything that gives it', async () => {
    const harness = await setUp();
    const token = parseBase64Url(harness.ann.refreshToken)!;
    const session = await harness.store.session(bytesToId<SessionId>(token.subarray(0, 16)));
    const kept = JSON.stringify(session, (_, value) => (value instanceof Uint8Array ? [...value].join() : value));
    expect(kept).not.toContain([...token.subarray(16)].join());
    expect(session?.tokenHash).toHaveLength(32);
  });

  it('[SES-2] asked again within ten seconds the successor is the same, also for two at once', async () => {
    const harness = await setUp();
    const both = await Promise.all([1, 2, 3].map(() => refresh(harness, harness.ann.refreshToken)));
    const successors = new Set(both.map(({ headers }) => refreshTokenOf(headers)));
    expect(both.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(successors.size).toBe(1);
    harness.clock.advance(10_000);
    expect(successors).toContain(await next(harness, harness.ann.refreshToken));
    const [successor = ''] = successors;
    expect(await next(harness, successor)).not.toBe(successor);
  });

  it('[SES-3] after ten seconds a used token makes the chain void for both who have one', async () => {
    const harness = await setUp();
    const successor = await next(harness, harness.ann.refreshToken);
    harness.clock.advance(10_001);
    const reused = await refresh(harness, harness.ann.refreshToken);
    expect([reused.status, reused.body.code]).toEqual([401, 'unauthenticated']);
    expect(reused.headers.get('Set-Cookie')).toMatch(/kith-refresh=;.*Max-Age=0/);
    expect((await refresh(harness, successor)).status).toBe(401);
    expect((await harness.ask('GET', '/api/session', { as: harness.ann })).status).toBe(401);
    expect(harness.logged.some(({ level, message }) => level === 'warn' && message.includes('twice'))).toBe(true);
  });

  it('[SES-3] the device is not signed out by it: whoever else the account has still sees it', async () => {
    const harness = await setUp();
    await next(harness, harness.ann.refreshToken);
    harness.clock.advance(10_001);
    await refresh(harness, harness.ann.refreshToken);
    expect(harness.ended).toEqual([]);
    expect(await harness.store.sessionOfDevice(harness.ann.device)).toMatchObject({ account: harness.ann.account });
  });

  it('[SES-3] a token used two rotations ago makes the chain void at once', async () => {
    const harness = await setUp();
    const third = await next(harness, await next(harness, harness.ann.refreshToken));
    expect((await refresh(harness, harness.ann.refreshToken)).body.code).toBe('unauthenticated');
    expect((await refresh(harness, third)).status).toBe(401);
  });

  it('[SES-4] a session that ends while it is being refreshed stays ended', async () => {
    const harness = await setUp();
    const rotate = harness.store.rotateSession;
    Object.assign(harness.store, {
      rotateSession: async (rotation: Parameters<typeof rotate>[0]) => {
        await harness.store.endSession(rotation.id);
        return rotate(rotation);
      },
    });
    const refused = await refresh(harness, harness.ann.refreshToken);
    expect([refused.status, refused.body.code]).toEqual([401, 'session-ended']);
    expect(refused.body.accessToken).toBeUndefined();
  });

  it.each([
    ['nothing', undefined],
    ['an empty cookie', ''],
    ['half a token', 'AAAA'],
    ['a text of the right length', '!'.repeat(64)],
  ])('[SES-1] %s is no token', async (_, cookie) => {
    const harness = await setUp();
    const refused = await harness.ask('POST', '/api/session/refresh', {
      body: {},
      ...(cookie === undefined ? {} : { cookie }),
    });
    expect([refused.status, refused.body.code]).toEqual([401, 'unauthenticated']);
  });

  it('[SES-1] a made-up token of no session touches nobody', async () => {
    const harness = await setUp();
    expect((await refresh(harness, 'A'.repeat(64))).body.code).toBe('session-ended');
    expect(harness.ended).toEqual([]);
    await next(harness, harness.ann.refreshToken);
  });

  it('[SES-6] ninety days after signing in it is over, and tokens end with it', async () => {
    const harness = await setUp();
    let token = harness.ann.refreshToken;
    for (let day = 0; day < 89; day += 10) {
      harness.clock.advance(10 * DAY_MS);
      if (day < 80) token = await next(harness, token);
    }
    harness.clock.advance(-60_000);
    const last = await refresh(harness, token);
    expect(last.body.expiresAt).toBe(harness.clock.now() + 60_000);
    const documents = { documents: [`account/${harness.ann.account}`] };
    const opened = await harness.ask('POST', '/api/document-tokens', { as: last.body, body: documents });
    expect(opened.body.tokens[0].expiresAt).toBe(harness.clock.now() + 60_000);
    harness.clock.advance(60_000);
    expect((await harness.ask('GET', '/api/session', { as: last.body })).body.code).toBe('session-ended');
    expect((await refresh(harness, refreshTokenOf(last.headers))).body.code).toBe('session-ended');
  });

  it('[SES-4] signing out ends the session, its access token and its sockets; again is fine', async () => {
    const harness = await setUp();
    const out = await harness.ask('DELETE', '/api/session', { as: harness.ann });
    expect([out.status, out.body]).toEqual([204, null]);
    expect(out.headers.get('Set-Cookie')).toMatch(/^__Host-kith-refresh=;.*Max-Age=0/);
    expect(harness.ended).toEqual([harness.ann.device]);
    expect((await harness.ask('GET', '/api/devices', { as: harness.ann })).body.code).toBe('session-ended');
    expect((await refresh(harness, harness.ann.refreshToken)).status).toBe(401);
    expect((await harness.ask('DELETE', '/api/session', { as: harness.ann })).status).toBe(401);
    expect(harness.ended).toHaveLength(1);
  });

  it('[SES-1] a bulk token is asked for and stands in the token', async () => {
    const harness = await setUp();
    const { body } = await refresh(harness, harness.ann.refreshToken, { bulk: true });
    expect((await harness.ask('GET', '/api/session', { as: body })).body.scope).toBe('bulk');
    const claims = await harness.auth.tokenVerifier.verifyAccess(body.accessToken);
    expect(claims).toMatchObject({ ok: true, value: { scope: 'bulk' } });
  });

  it('[SES-5] the cookie is the host’s alone, for no script and no other site', async () => {
    const harness = await setUp();
    const { headers } = await refresh(harness, harness.ann.refreshToken);
    const [pair, ...attributes] = (headers.get('Set-Cookie') ?? '').split('; ');
    expect(pair).toMatch(/^__Host-kith-refresh=/);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=7776000', 'Path=/', 'SameSite=Strict', 'Secure']);
  });

  it('[SES-5] over plain http it is named and set so that browsers keep it', async () => {
    const harness = await createAuthHarness({ config: { secureCookies: false } });
    const ann = await harness.signUpByPassword('ann');
    const { headers, status } = await harness.ask('POST', '/api/session/refresh', {
      headers: { Cookie: `kith-refresh=${ann.refreshToken}` },
    });
    expect(status).toBe(200);
    const [pair, ...attributes] = (headers.get('Set-Cookie') ?? '').split('; ');
    expect(pair).toMatch(/^kith-refresh=/);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=7776000', 'Path=/', 'SameSite=Strict']);
  });
});
