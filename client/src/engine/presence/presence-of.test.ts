import { expect, test } from 'vitest';
import { accountId, deviceId, OTHER, ROOM, SELF } from '../storage/test/local-store-samples.ts';
import { presenceOf, TYPING_MS } from './presence-of.ts';

const look = (states: Record<string, unknown>[], clock: number, nowMs: number, seen = { since: new Map() }) =>
  presenceOf(
    ROOM,
    { device: deviceId(1) },
    { states: new Map(states.map((state, n) => [n, state])), clockOf: () => clock },
    seen,
    nowMs,
  );

test('[ENG-9] others are counted once however many devices they have; this device and nonsense are left out', () => {
  const states = [
    { account: OTHER, device: deviceId(2), typing: false },
    { account: OTHER, device: deviceId(3), typing: true },
    { account: SELF, device: deviceId(1), typing: true },
    { account: SELF, device: deviceId(4), typing: false },
    { account: 'nobody' },
    {},
  ];
  const { online, typing } = look(states, 1, 0);
  expect(online).toEqual([SELF, OTHER].sort());
  expect(typing).toEqual([OTHER]);
});

test('[ENG-9] typing that is not renewed ends by itself', () => {
  const seen = { since: new Map() };
  const states = [{ account: accountId(2), device: deviceId(2), typing: true }];
  expect(look(states, 1, 0, seen).typing).toHaveLength(1);
  expect(look(states, 1, TYPING_MS - 1, seen).typing).toHaveLength(1);
  expect(look(states, 1, TYPING_MS, seen).typing).toHaveLength(0);
  expect(look(states, 2, TYPING_MS + 1, seen).typing).toHaveLength(1);
});
