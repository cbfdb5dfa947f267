import type { InviteId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import { formatInviteUrl, PATHS, parseInviteSecret, parsePlace } from './paths.ts';

const ID = 'AAAAAAAAAAAAAAAAAAAAAA';

test('[UI-12] addresses of ours lead to their screens, all others are unknown', () => {
  expect(parsePlace('/')).toEqual({ type: 'home' });
  expect(parsePlace(`/c/${ID}`)).toEqual({ type: 'conversation', id: ID, members: false });
  expect(parsePlace(`/c/${ID}/members`)).toEqual({ type: 'conversation', id: ID, members: true });
  expect(parsePlace(`/join/${ID}`)).toEqual({ type: 'join', id: ID });
  expect(parsePlace(PATHS.settings)).toEqual({ type: 'settings' });
  expect(parsePlace(PATHS.devices)).toEqual({ type: 'devices' });
  for (const path of [
    '/c',
    '/c/short',
    `/c/${ID}/other`,
    `/c/${ID}/members/x`,
    `/join/${ID}/x`,
    '/settings/x',
    '/x',
    '/__proto__',
  ])
    expect(parsePlace(path), path).toEqual({ type: 'unknown' });
});

test('[UI-12] an invitation carries its secret in the fragment, and a secret that was cut off is noticed', () => {
  const url = new URL(formatInviteUrl('https://kith.example', { id: ID as InviteId, secret: ID }));
  expect(url.pathname).toBe(`/join/${ID}`);
  expect(url.search).toBe('');
  expect(parseInviteSecret(url.hash)).toBe(ID);
  for (const hash of ['', '#', '#AAAA', `${url.hash}A`, '#<script>']) expect(parseInviteSecret(hash), hash).toBeNull();
});
