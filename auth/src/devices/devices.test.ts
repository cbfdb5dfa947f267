import { describe, expect, it } from 'vitest';
import { createAuthHarness, newDevice, newId, PASSWORD, toPerson } from '../test/auth-harness.ts';

const setUp = async () => {
  const harness = await createAuthHarness();
  const phone = { ...newDevice(), name: 'Phone' };
  const first = await harness.signUpByPassword('ann');
  const signInPhone = async () => {
    const body = { handle: 'ann', password: PASSWORD, device: phone };
    return toPerson(await harness.ask('POST', '/api/passwords/sign-in', { body }));
  };
  harness.clock.advance(1000);
  return { ...harness, phone, first, signInPhone, second: await signInPhone() };
};

describe('devices', () => {
  it('[DEV-1] lists those signed in, with their keys, and marks the one that asks', async () => {
    const { ask, first, second, phone, clock } = await setUp();
    clock.advance(5000);
    await ask('POST', '/api/session/refresh', { cookie: second.refreshToken });
    const { body } = await ask('GET', '/api/devices', { as: first });
    expect(body.devices).toMatchObject([
      { device: first.device, name: 'Laptop', current: true, lastSeenAt: clock.now() - 6000 },
      {
        device: second.device,
        name: 'Phone',
        current: false,
        signKey: phone.signKey,
        boxKey: phone.boxKey,
        createdAt: clock.now() - 5000,
        lastSeenAt: clock.now(),
      },
    ]);
    await ask('DELETE', '/api/session', { as: second });
    expect((await ask('GET', '/api/devices', { as: first })).body.devices).toHaveLength(1);
  });

  it('[DEV-1] a device whose ninety days are over is not listed', async () => {
    const { ask, second, signInPhone, clock, first } = await setUp();
    clock.advance(80 * 24 * 3_600_000);
    const phone = await signInPhone();
    expect(phone.device).toBe(second.device);
    clock.advance(11 * 24 * 3_600_000);
    const { body } = await ask('POST', '/api/session/refresh', { cookie: phone.refreshToken });
    const { devices } = (await ask('GET', '/api/devices', { as: body })).body;
    expect(devices.map(({ device }: { device: string }) => device)).toEqual([phone.device]);
    expect((await ask('GET', '/api/session', { as: first })).status).toBe(401);
  });

  it('[DEV-2] revoking ends access and sockets at once, and tells whoever listens once', async () => {
    const { ask, first, second, ended } = await setUp();
    expect((await ask('DELETE', `/api/devices/${second.device}`, { as: first })).status).toBe(204);
    expect(ended).toEqual([second.device]);
    expect((await ask('GET', '/api/session', { as: second })).body.code).toBe('session-ended');
    expect((await ask('POST', '/api/session/refresh', { cookie: second.refreshToken })).status).toBe(401);
    expect((await ask('GET', '/api/session', { as: first })).status).toBe(200);
    expect((await ask('DELETE', `/api/devices/${second.device}`, { as: first })).status).toBe(204);
    expect(ended).toHaveLength(1);
  });

  it('[ACC-2] the keys of a revoked device become a new device; those of a signed-out one the same', async () => {
    const { ask, first, second, signInPhone } = await setUp();
    await ask('DELETE', '/api/session', { as: second });
    expect((await signInPhone()).device).toBe(second.device);
    await ask('DELETE', `/api/devices/${second.device}`, { as: first });
    expect((await signInPhone()).device).not.toBe(second.device);
  });

  it('[DEV-2] one’s own device may be revoked; a stranger’s and none are not found', async () => {
    const { ask, first, signUp, ended } = await setUp();
    const bob = await signUp('bob');
    for (const device of [first.device, newId()]) {
      const refused = await ask('DELETE', `/api/devices/${device}`, { as: bob });
      expect([refused.status, refused.body.code]).toEqual([404, 'not-found']);
    }
    expect(ended).toEqual([]);
    expect((await ask('DELETE', `/api/devices/${first.device}`, { as: first })).status).toBe(204);
    expect(ended).toEqual([first.device]);
  });
});
