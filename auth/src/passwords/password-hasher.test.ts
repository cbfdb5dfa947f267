import { hash, parseOptions } from '@node-rs/argon2';
import { expect, it } from 'vitest';
import { createPasswordHasher } from './password-hasher.ts';
import { createSemaphore } from './semaphore.ts';

const hasher = createPasswordHasher({ limit: createSemaphore(1) });

it('[PWD-1] hashes with argon2id, 19 MiB, two passes, a salt of its own', async () => {
  const [one, two] = [await hasher.hash('seven wise owls'), await hasher.hash('seven wise owls')];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(parseOptions(one).saltLen).toBeGreaterThanOrEqual(16);
  expect(one).not.toBe(two);
  expect(await hasher.verify(one, 'seven wise owls')).toBe(true);
  expect(await hasher.verify(one, 'seven wise owl')).toBe(false);
  expect(await hasher.verifyNothing('compared with when there is no such account')).toBe(false);
});

it('[PWD-1] knows hashes of other parameters', async () => {
  const weaker = await hash('x', { memoryCost: 8_192, timeCost: 1 });
  expect(hasher.isOutdated(weaker)).toBe(true);
  expect(hasher.isOutdated(await hasher.hash('x'))).toBe(false);
  expect(await hasher.verify(weaker, 'x')).toBe(true);
});

it('[PWD-1] the same characters composed otherwise are the same password', async () => {
  const stored = await hasher.hash('caf\u00e9 au lait \ufb01ne');
  expect(await hasher.verify(stored, 'cafe\u0301 au lait fine')).toBe(true);
});
