import { hash, parseOptions } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { type AuthHarness, createAuthHarness, newDevice, PASSWORD, toPerson } from '../test/auth-harness.ts';
import { createThrottle } from '../throttle/throttle.ts';
import { ARGON2_PARAMETERS } from './password-hasher.ts';
import { createPasswords } from './passwords.ts';

const signIn = (harness: AuthHarness, handle: string, password: string, device = newDevice()) =>
  harness.ask('POST', '/api/passwords/sign-in', { body: { handle, password, device } });

const signUp = (harness: AuthHarness, more: object) =>
  harness.ask('POST', '/api/passwords/sign-up', {
    body: { handle: 'ann', name: 'Ann', password: PASSWORD, device: newDevice(), ...more },
  });

describe('passwords', () => {
  it('[ACC-1] sign up, and sign in on another device', async () => {
    const harness = await createAuthHarness();
    const ann = toPerson(await signUp(harness, { handle: ' @Ann.B ' }));
    const again = await signIn(harness, 'ANN.b', PASSWORD);
    expect(again.body).toMatchObject({ account: ann.account, handle: 'ann.b', name: 'Ann' });
    expect(again.body.device).not.toBe(ann.device);
    const stored = await harness.store.passwordHash(ann.account);
    expect(stored).toMatch(/^\$argon2id\$/);
  });

  it('[ACC-2] the same keys are the same device with a new session; other keys are another', async () => {
    const harness = await createAuthHarness();
    const device = newDevice();
    const ann = await harness.signUpByPassword('ann', device);
    const again = toPerson(await signIn(harness, 'ann', PASSWORD, { ...device, name: 'Renamed' }));
    expect(again.device).toBe(ann.device);
    expect((await harness.ask('POST', '/api/session/refresh', { cookie: ann.refreshToken })).status).toBe(401);
    expect((await harness.ask('POST', '/api/session/refresh', { cookie: again.refreshToken })).status).toBe(200);
    const other = toPerson(await signIn(harness, 'ann', PASSWORD, { ...device, boxKey: newDevice().boxKey }));
    expect(other.device).not.toBe(ann.device);
    const { body } = await harness.ask('GET', '/api/devices', { as: again });
    expect(body.devices.map(({ name }: { name: string }) => name)).toEqual(['Renamed', 'Laptop']);
  });

  it('[ACC-2] the keys of a device of another account give a device of one’s own', async () => {
    const harness = await createAuthHarness();
    const device = newDevice();
    const ann = await harness.signUpByPassword('ann', device);
    const bob = await harness.signUpByPassword('bob', device);
    expect(bob.device).not.toBe(ann.device);
  });

  it.each([
    [{ password: 'too short' }, 'password-weak', 400],
    [{ password: 'password123456' }, 'password-weak', 400],
    [{ handle: 'a' }, 'handle-invalid', 400],
    [{ handle: 'ann\u202e' }, 'handle-invalid', 400],
    [{ handle: 'аnn' }, 'handle-invalid', 400],
    [{ name: '\u200b\u202e' }, 'name-invalid', 400],
    [{ name: 'x'.repeat(65) }, 'name-invalid', 400],
    [{ name: 'x'.repeat(10_001) }, 'bad-request', 400],
    [{ password: 'x'.repeat(257) }, 'bad-request', 400],
    [{ device: { ...newDevice(), signKey: 'AAAA' } }, 'bad-request', 400],
  ])('[PWD-2] sign-up with %j answers %s', async (more, code, status) => {
    const harness = await createAuthHarness();
    const refused = await signUp(harness, more);
    expect([refused.body.code, refused.status]).toEqual([code, status]);
    expect(await harness.store.accountByHandle('ann')).toBeNull();
  });

  it('[ACC-1] of two who sign up for one handle at once one gets it', async () => {
    const harness = await createAuthHarness();
    const answers = await Promise.all([signUp(harness, {}), signUp(harness, {})]);
    expect(answers.map(({ status, body }) => body.code ?? status).sort()).toEqual([200, 'handle-taken']);
  });

  it('[PWD-3] unknown handle, no password and wrong password answer alike', async () => {
    const harness = await createAuthHarness();
    await harness.signUpByPassword('ann');
    await harness.signUp('passkey-only');
    const answers = await Promise.all(
      ['ann', 'passkey-only', 'nobody', 'n', '', '\u202e<script>'].map((handle) =>
        signIn(harness, handle, 'wrong wrong wrong'),
      ),
    );
    for (const { status, body, headers } of answers) {
      expect([status, body]).toEqual([401, { code: 'wrong-credentials', message: expect.any(String) }]);
      expect(headers.get('Set-Cookie')).toBeNull();
    }
  });

  it('[PWD-3] each of them costs one comparison', async () => {
    const harness = await createAuthHarness();
    await harness.signUpByPassword('ann');
    await harness.signUp('passkey-only');
    const clock = harness.clock;
    const limits = { freeTries: 99, firstDelayMs: 1, maxDelayMs: 1, forgetAfterMs: 1 };
    let comparisons = 0;
    const compare = async () => {
      comparisons++;
      return false as const;
    };
    const passwords = createPasswords({
      store: harness.store,
      // neither is reached by a wrong password
      admission: { signUp: () => Promise.reject(), signIn: () => Promise.reject() },
      hasher: { hash: () => Promise.reject(), verify: compare, verifyNothing: compare, isOutdated: () => false },
      throttles: { handle: createThrottle(clock, limits), address: createThrottle(clock, limits) },
      log: { info: () => {}, warn: () => {}, error: () => {} },
    });
    const device = { name: 'x', signKey: new Uint8Array(32), boxKey: new Uint8Array(32) };
    for (const handle of ['ann', 'passkey-only', 'nobody', '\u202e']) {
      const before = comparisons;
      const refused = await passwords.signIn({ handle, password: 'wrong', device, address: '192.0.2.1' });
      expect([handle, refused, comparisons - before]).toEqual([
        handle,
        { ok: false, error: { type: 'wrong-credentials' } },
        1,
      ]);
    }
  });

  it('[PWD-1] a hash of older parameters is renewed by signing in', async () => {
    const harness = await createAuthHarness();
    const ann = await harness.signUpByPassword('ann');
    const old = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    const before = (await harness.store.passwordHash(ann.account)) ?? '';
    await harness.store.replacePasswordHash(ann.account, before, old);
    expect((await signIn(harness, 'ann', 'wrong wrong wrong')).status).toBe(401);
    expect(await harness.store.passwordHash(ann.account)).toBe(old);
    expect((await signIn(harness, 'ann', PASSWORD)).status).toBe(200);
    expect(parseOptions((await harness.store.passwordHash(ann.account)) ?? '')).toMatchObject(ARGON2_PARAMETERS);
  });

  it('[PWD-4] many tries at once on one handle from many addresses: a few are looked at, the owner waits briefly', async () => {
    let n = 0;
    const harness = await createAuthHarness({ address: () => `192.0.2.${n++}` });
    await harness.signUpByPassword('ann');
    const answers = await Promise.all(Array.from({ length: 50 }, () => signIn(harness, 'ann', 'wrong wrong wrong')));
    const codes = answers.map(({ body }) => body.code);
    expect(codes.filter((code) => code === 'wrong-credentials')).toHaveLength(5);
    expect(codes.filter((code) => code === 'rate-limited')).toHaveLength(45);
    const refused = await signIn(harness, 'ann', PASSWORD);
    expect(refused.status).toBe(429);
    expect(refused.body.retryAfterMs).toBeLessThanOrEqual(30_000);
    expect(refused.headers.get('Retry-After')).toBe(String(Math.ceil(refused.body.retryAfterMs / 1000)));
    harness.clock.advance(refused.body.retryAfterMs);
    expect((await signIn(harness, 'ann', PASSWORD)).status).toBe(200);
    expect((await signIn(harness, 'ann', 'wrong wrong wrong')).status).toBe(401);
  });

  it('[PWD-1] when too many passwords wait to be looked at, those who come later are sent away', async () => {
    let n = 0;
    const harness = await createAuthHarness({ address: () => `192.0.2.${n++}` });
    const tries = Array.from({ length: 130 }, (_, i) => signIn(harness, `person${i}`, 'wrong wrong wrong'));
    const answers = await Promise.all(tries);
    const refused = answers.filter(({ body }) => body.code === 'unavailable');
    expect(refused).toHaveLength(30);
    expect(refused[0]).toMatchObject({ status: 503, body: { retryAfterMs: 3_000 } });
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(100);
    expect((await signUp(harness, {})).status).toBe(200);
  });

  it('[PWD-4] one address that tries many handles is slowed; what was right is not counted', async () => {
    const harness = await createAuthHarness();
    await harness.signUpByPassword('ann');
    for (let i = 0; i < 20; i++) {
      expect((await signIn(harness, `person${i}`, 'wrong wrong wrong')).status).toBe(401);
      if (i % 10 === 0) expect((await signIn(harness, 'ann', PASSWORD)).status).toBe(200);
    }
    expect((await signIn(harness, 'ann', PASSWORD)).body.code).toBe('rate-limited');
  });
});
