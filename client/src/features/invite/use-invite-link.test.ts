import type { ConversationId, InviteId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import type { InviteInfo, InviteLink } from '../../engine/engine-api.ts';
import { inviteLink } from './use-invite-link.ts';

const ROOM = 'room' as ConversationId;
const TERMS = { role: 'member', expiresInSeconds: 60, maxUses: 10 } as const;
const linkOf = (id: string): InviteLink => ({ id: id as InviteId, secret: 'secret' });
const infoOf = (fields: Partial<InviteInfo>): InviteInfo => ({
  ...{ id: 'made' as InviteId, role: 'member', expiresAt: 0, maxUses: 10, uses: 0, revoked: false },
  ...fields,
});
const engineWith = (invites: readonly InviteInfo[]) => ({
  invites: async () => invites,
  createInvite: async () => linkOf('new'),
});
const idOf = async (invites: readonly InviteInfo[], made?: InviteLink) =>
  (await inviteLink(engineWith(invites), ROOM, TERMS, made)).id;

test('[UI-25] a link is shown again while nobody has used it, and made anew otherwise', async () => {
  expect(await idOf([])).toBe('new');
  expect(await idOf([infoOf({})], linkOf('made'))).toBe('made');
  expect(await idOf([infoOf({ uses: 1 })], linkOf('made'))).toBe('new');
  expect(await idOf([infoOf({ revoked: true })], linkOf('made'))).toBe('new');
  expect(await idOf([], linkOf('made'))).toBe('new');
});
