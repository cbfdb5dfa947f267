import {
  ChangeRoleRequest,
  EpochResponse,
  MemberListResponse,
  RemoveMemberRequest,
} from '@kith/schema/api/conversations';
import { bytesToBase64Url } from '@kith/schema/base64url';
import { AccountIdSchema, ConversationIdSchema } from '@kith/schema/ids';
import { ok } from '@kith/schema/result';
import type { Conversations } from '../../conversations/conversations.ts';
import type { Device } from '../../devices/device.ts';
import type { Router } from '../route.ts';

const MEMBER = {
  path: '/api/conversations/:id/members/:account',
  params: { id: ConversationIdSchema, account: AccountIdSchema },
  response: EpochResponse,
  errors: ['not-found', 'forbidden', 'epoch-conflict', 'last-owner'],
} as const;

export const addMemberRoutes = (router: Router, { conversations }: { conversations: Conversations }): void => {
  router.signedIn(
    {
      method: 'GET',
      path: '/api/conversations/:id/members',
      summary: 'The members, present and former, with the keys of all devices they ever had',
      params: { id: ConversationIdSchema },
      body: null,
      response: MemberListResponse,
      errors: ['not-found'],
    },
    async ({ claims, params }) => {
      const found = await conversations.members({ by: claims.sub, id: params.id });
      if (!found.ok) return found;
      const { epoch, members, former } = found.value;
      return ok({ epoch, members: members.map(withDeviceKeys), former: former.map(withDeviceKeys) });
    },
  );
  router.signedIn(
    { ...MEMBER, method: 'PUT', summary: "Change a member's role", body: ChangeRoleRequest },
    async ({ claims, params, body }) => {
      const changed = await conversations.changeRole({ by: claims.sub, ...params, ...body });
      return changed.ok ? ok({ epoch: changed.value }) : changed;
    },
  );
  router.signedIn(
    { ...MEMBER, method: 'DELETE', summary: 'Remove a member', body: RemoveMemberRequest },
    async ({ claims, params, body }) => {
      const removed = await conversations.remove({ by: claims.sub, ...params, ...body });
      return removed.ok ? ok({ epoch: removed.value }) : removed;
    },
  );
};

const withDeviceKeys = <T extends { readonly devices: readonly Device[] }>({ devices, ...profile }: T) => ({
  ...profile,
  devices: devices.map(({ id, name, signKey }) => ({ device: id, name, signKey: bytesToBase64Url(signKey) })),
});
