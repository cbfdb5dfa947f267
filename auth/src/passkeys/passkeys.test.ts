import { describe, expect, it } from 'vitest';
import { type AuthHarness, createAuthHarness, newDevice, ORIGIN, toPerson } from '../test/auth-harness.ts';
import { type Bend, createSoftwareAuthenticator, type SoftwareAuthenticator } from '../test/software-authenticator.ts';

const startSignUp = async (harness: AuthHarness, handle = 'ann') => {
  const started = await harness.ask('POST', '/api/passkeys/registration-options', { body: { handle, name: 'Ann' } });
  return started.body;
};

const finish = (harness: AuthHarness, step: 'registration' | 'authentication', ceremony: string, response: object) =>
  harness.ask('POST', `/api/passkeys/${step}`, { body: { ceremony, response, device: newDevice() } });

const signUp = async (harness: AuthHarness, authenticator: SoftwareAuthenticator, bend: Bend = {}) => {
  const { ceremony, options } = await startSignUp(harness);
  return finish(harness, 'registration', ceremony, authenticator.create(options, bend));
};

const signIn = async (harness: AuthHarness, authenticator: SoftwareAuthenticator, bend: Bend = {}) => {
  const { body } = await harness.ask('POST', '/api/passkeys/authentication-options', { body: {} });
  return finish(harness, 'authentication', body.ceremony, authenticator.get(body.options, bend));
};

const BENDS: [string, Bend][] = [
  ['another origin', { origin: 'http://localhost:3001' }],
  ['another challenge', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ['another relying party', { rpId: 'example.org' }],
  ['another type', { type: 'payment.get' }],
  ["another site's frame", { crossOrigin: true }],
  ['no user verification', { userVerified: false }],
  ['no user presence', { userPresent: false }],
];

describe('passkeys', () => {
  it.each(['ES256', 'EdDSA'] as const)('[ACC-1] a %s passkey signs up and signs in again', async (algorithm) => {
    const harness = await createAuthHarness();
    const authenticator = createSoftwareAuthenticator(ORIGIN, algorithm);
    const ann = toPerson(await signUp(harness, authenticator));
    const again = await signIn(harness, authenticator);
    expect(again.body).toMatchObject({ account: ann.account, handle: 'ann', name: 'Ann' });
    expect(again.body.device).not.toBe(ann.device);
    const { body } = await harness.ask('GET', '/api/session', { as: toPerson(again) });
    expect(body).toEqual({
      account: ann.account,
      device: again.body.device,
      handle: 'ann',
      name: 'Ann',
      scope: 'default',
    });
  });

  it('[PKY-4] starting a sign-in names nobody and asks for a discoverable, verified passkey', async () => {
    const harness = await createAuthHarness();
    const { options } = await startSignUp(harness);
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'Kith' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    expect(options.pubKeyCredParams.map(({ alg }: { alg: number }) => alg)).toEqual([-8, -7, -257]);
    const { body } = await harness.ask('POST', '/api/passkeys/authentication-options', { body: {} });
    expect(body.options.allowCredentials ?? []).toEqual([]);
    expect(body.options).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
  });

  it.each(BENDS)('[PKY-2] a sign-up with %s is refused', async (_, bend) => {
    const harness = await createAuthHarness();
    const refused = await signUp(harness, createSoftwareAuthenticator(ORIGIN), bend);
    expect([refused.status, refused.body.code]).toEqual([400, 'ceremony-invalid']);
    expect(await harness.store.accountByHandle('ann')).toBeNull();
  });

  it.each([
    ...BENDS,
    ["another account's user handle", { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['a backup state that has changed', { multiDevice: true }],
  ])('[PKY-2] a sign-in with %s is refused', async (_, bend) => {
    const harness = await createAuthHarness();
    const authenticator = createSoftwareAuthenticator(ORIGIN);
    await signUp(harness, authenticator);
    const refused = await signIn(harness, authenticator, bend);
    expect([refused.status, refused.body.code]).toEqual([400, 'ceremony-invalid']);
    expect((await signIn(harness, authenticator)).status).toBe(200);
  });

  it('[PKY-2] a signature by another key is refused', async () => {
    const harness = await createAuthHarness();
    const authenticator = createSoftwareAuthenticator(ORIGIN);
    await signUp(harness, authenticator, { credentialId: 'c2FtZQ' });
    const { body } = await harness.ask('POST', '/api/passkeys/authentication-options', { body: {} });
    const account = (await harness.store.accountByHandle('ann'))?.id ?? '';
    const forged = createSoftwareAuthenticator(ORIGIN).get(body.options, {
      credentialId: 'c2FtZQ',
      userHandle: account,
      counter: 9,
    });
    expect((await finish(harness, 'authentication', body.ceremony, forged)).body.code).toBe('ceremony-invalid');
  });

  it('[PKY-1] an answer counts once, also when it comes twice at once', async () => {
    const harness = await createAuthHarness();
    const authenticator = createSoftwareAuthenticator(ORIGIN);
    await signUp(harness, authenticator);
    const { body } = await harness.ask('POST', '/api/passkeys/authentication-options', { body: {} });
    const response = authenticator.get(body.options);
    const answers = await Promise.all([1, 2].map(() => finish(harness, 'authentication', body.ceremony, response)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect((await finish(harness, 'authentication', body.ceremony, response)).body.code).toBe('ceremony-invalid');
  });

  it('[PKY-1] a challenge is for its own ceremony, its own purpose, and five minutes', async () => {
    const harness = await createAuthHarness();
    const authenticator = createSoftwareAuthenticator(ORIGIN);
    const one = await startSignUp(harness);
    const two = await startSignUp(harness);
    const crossed = await finish(harness, 'registration', two.ceremony, authenticator.create(one.options));
    expect(crossed.body.code).toBe('ceremony-invalid');
    const swapped = await finish(harness, 'authentication', one.ceremony, authenticator.get(one.options));
    expect(swapped.body.code).toBe('ceremony-invalid');
    const signInStarted = (await harness.ask('POST', '/api/passkeys/authentication-options', { body: {} })).body;
    const asSignUp = authenticator.create({ ...one.options, challenge: signInStarted.options.challenge });
    const swappedBack = await finish(harness, 'registration', signInStarted.ceremony, asSignUp);
    expect([swappedBack.status, swappedBack.body.code]).toEqual([400, 'ceremony-invalid']);
    const late = await startSignUp(harness);
    harness.clock.advance(300_000);
    const expired = await finish(harness, 'registration', late.ceremony, authenticator.create(late.options));
    expect([expired.status, expired.body.code]).toEqual([410, 'ceremony-expired']);
  });

  it.each([
    ['lower', 4],
    ['the same', 5],
  ])('[PKY-3] a signature counter that is %s is refused', async (_, counter) => {
    const harness = await createAuthHarness();
    const authenticator = createSoftwareAuthenticator(ORIGIN);
    await signUp(harness, authenticator, { counter: 1 });
    expect((await signIn(harness, authenticator, { counter: 5 })).status).toBe(200);
    expect((await signIn(harness, authenticator, { counter })).body.code).toBe('ceremony-invalid');
    expect((await signIn(harness, authenticator, { counter: 6 })).status).toBe(200);
  });

  it('[PKY-3] of two uses of one counter at once, as by a clone, one signs in', async () => {
    const harness = await createAuthHarness();
    const authenticator = createSoftwareAuthenticator(ORIGIN);
    await signUp(harness, authenticator, { counter: 1 });
    const answers = await Promise.all([1, 2].map(() => signIn(harness, authenticator, { counter: 2 })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
  });

  it('[PKY-3] an authenticator that always counts 0 may sign in', async () => {
    const harness = await createAuthHarness();
    const authenticator = createSoftwareAuthenticator(ORIGIN);
    await signUp(harness, authenticator, { counter: 0 });
    expect((await signIn(harness, authenticator, { counter: 0 })).status).toBe(200);
    expect((await signIn(harness, authenticator, { counter: 0 })).status).toBe(200);
  });

  it('[PKY-5] a credential id belongs to one account', async () => {
    const harness = await createAuthHarness();
    await signUp(harness, createSoftwareAuthenticator(ORIGIN), { credentialId: 'c2FtZQ' });
    const { ceremony, options } = await startSignUp(harness, 'mallory');
    const second = createSoftwareAuthenticator(ORIGIN).create(options, { credentialId: 'c2FtZQ' });
    expect((await finish(harness, 'registration', ceremony, second)).body.code).toBe('ceremony-invalid');
    expect(await harness.store.accountByHandle('mallory')).toBeNull();
  });

  it('[PKY-5] an unknown passkey is told so', async () => {
    const harness = await createAuthHarness();
    const refused = await signIn(harness, createSoftwareAuthenticator(ORIGIN));
    expect([refused.status, refused.body.code]).toEqual([401, 'passkey-unknown']);
  });

  it('[ACC-1] a handle is not reserved by beginning, and one of two who finish gets it', async () => {
    const harness = await createAuthHarness();
    const [one, two] = [await startSignUp(harness), await startSignUp(harness)];
    const answers = await Promise.all(
      [one, two].map(({ ceremony, options }) =>
        finish(harness, 'registration', ceremony, createSoftwareAuthenticator(ORIGIN).create(options)),
      ),
    );
    expect(answers.map(({ status, body }) => body.code ?? status).sort()).toEqual([200, 'handle-taken']);
    const third = await harness.ask('POST', '/api/passkeys/registration-options', {
      body: { handle: 'Ann', name: 'A' },
    });
    expect([third.status, third.body.code]).toEqual([409, 'handle-taken']);
  });

  it('[PKY-2] what is no answer of a browser is refused', async () => {
    const harness = await createAuthHarness();
    for (const response of [
      { id: 'x', type: 'public-key' },
      { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: '!', attestationObject: '!' } },
      { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: 'bnVsbA', attestationObject: 'oA' } },
    ]) {
      const { ceremony } = await startSignUp(harness);
      const refused = await finish(harness, 'registration', ceremony, response);
      expect([refused.status, refused.body.code]).toEqual([400, 'ceremony-invalid']);
    }
  });
});
