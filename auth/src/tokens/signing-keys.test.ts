import type { AccountId, DeviceId, SessionId } from '@kith/schema/ids';
import { expect, it } from 'vitest';
import { createMemoryAccountStore } from '../index.ts';
import { createAuthHarness, newId } from '../test/auth-harness.ts';
import { createFixedClock } from '../test/fixed-clock.ts';
import { createSigningKeys } from './signing-keys.ts';
import { createTokenIssuer } from './token-issuer.ts';
import { createTokenVerifier } from './token-verifier.ts';

const DAY_MS = 24 * 3_600_000;
const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);

const setUp = async () => {
  const clock = createFixedClock();
  const store = createMemoryAccountStore();
  const start = () => createSigningKeys({ store, clock, random });
  return { clock, store, start, keys: await start() };
};

const issue = (keys: Awaited<ReturnType<typeof createSigningKeys>>, clock: { now(): number }) =>
  createTokenIssuer({ keys, clock }).access({
    account: newId<AccountId>(),
    device: newId<DeviceId>(),
    session: newId<SessionId>(),
    scope: 'default',
    sessionExpiresAt: Number.MAX_SAFE_INTEGER,
  });

it('[TOK-3] the key and the secret of the first start are those of the next', async () => {
  const { keys, start, clock } = await setUp();
  const { token } = await issue(keys, clock);
  const again = await start();
  expect(again.publicKeys()).toEqual(keys.publicKeys());
  expect(again.refreshSecret).toEqual(keys.refreshSecret);
  expect((await createTokenVerifier({ keySet: again.keySet, clock }).verifyAccess(token)).ok).toBe(true);
});

it('[TOK-3] after rotation both keys count for a day, then only the new one', async () => {
  const { keys, start, clock, store } = await setUp();
  const old = await issue(keys, clock);
  clock.advance(1);
  await keys.rotate();
  const fresh = await issue(keys, clock);
  const verify = async (token: string, keySet: typeof keys.keySet) =>
    (await createTokenVerifier({ keySet, clock: { now: () => old.expiresAt } }).verifyAccess(token)).ok;
  expect(keys.publicKeys().keys).toHaveLength(2);
  expect([await verify(old.token, keys.keySet), await verify(fresh.token, keys.keySet)]).toEqual([true, true]);
  clock.advance(DAY_MS);
  const later = await start();
  expect(later.publicKeys().keys.map(({ kid }) => kid)).toEqual([keys.current().kid]);
  expect(await store.signingKeys()).toHaveLength(1);
  expect([await verify(old.token, later.keySet), await verify(fresh.token, later.keySet)]).toEqual([false, true]);
});

it('[TOK-3] a key older than 90 days is renewed at start', async () => {
  const { keys, start, clock } = await setUp();
  clock.advance(90 * DAY_MS - 1);
  expect((await start()).current().kid).toBe(keys.current().kid);
  clock.advance(1);
  const renewed = await start();
  expect(renewed.current().kid).not.toBe(keys.current().kid);
  expect(renewed.publicKeys().keys).toHaveLength(2);
});

it('[TOK-3] the key set is published without private parts', async () => {
  const { ask } = await createAuthHarness();
  const { status, body, headers } = await ask('GET', '/.well-known/jwks.json');
  expect(status).toBe(200);
  expect(headers.get('Cache-Control')).toBe('public, max-age=300');
  expect(body.keys).toHaveLength(1);
  expect(Object.keys(body.keys[0]).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
});

it('[TOK-3] a key that another process made is known as soon as something is signed with it', async () => {
  const { keys, start, clock } = await setUp();
  const other = await start();
  clock.advance(1);
  await other.rotate();
  const { token } = await issue(other, clock);
  const verifier = createTokenVerifier({ keySet: keys.keySet, clock });
  expect((await verifier.verifyAccess(token)).ok).toBe(true);
  expect(keys.current().kid).toBe(other.current().kid);
});
