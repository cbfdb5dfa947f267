import {
  ConversationResponse,
  CreateInviteRequest,
  InviteListResponse,
  InvitePreviewResponse,
  InviteProofRequest,
  InviteResponse,
} from '@kith/schema/api/conversations';
import { bytesToBase64Url } from '@kith/schema/base64url';
import { ConversationIdSchema, InviteIdSchema } from '@kith/schema/ids';
import { ok } from '@kith/schema/result';
import type * as v from 'valibot';
import type { Invite } from '../../invites/invite.ts';
import type { Invites } from '../../invites/invites.ts';
import type { AddressOf } from '../address-of.ts';
import type { Router } from '../route.ts';
import { toConversationResponse } from './conversation-routes.ts';

type Deps = { readonly invites: Invites; readonly addressOf: AddressOf };

export const addInviteRoutes = (router: Router, deps: Deps): void => {
  addForInviters(router, deps);
  addForInvited(router, deps);
};

const ALL = { path: '/api/conversations/:id/invites', params: { id: ConversationIdSchema } } as const;

const addForInviters = (router: Router, { invites }: Deps): void => {
  router.signedIn(
    {
      ...ALL,
      method: 'POST',
      summary: 'Make an invitation',
      body: CreateInviteRequest,
      response: InviteResponse,
      errors: ['not-found', 'forbidden', 'invite-limit'],
    },
    async ({ claims, params, body }) => {
      const created = await invites.create(claims.sub, { ...body, conversation: params.id });
      return created.ok ? ok(toInviteResponse(created.value)) : created;
    },
  );
  router.signedIn(
    {
      ...ALL,
      method: 'GET',
      summary: 'The invitations to a conversation',
      body: null,
      response: InviteListResponse,
      errors: ['not-found', 'forbidden'],
    },
    async ({ claims, params }) => {
      const listed = await invites.list(claims.sub, params.id);
      return listed.ok ? ok({ invites: listed.value.map(toInviteResponse) }) : listed;
    },
  );
  router.signedIn(
    {
      method: 'DELETE',
      path: '/api/conversations/:id/invites/:invite',
      summary: 'Withdraw an invitation',
      params: { ...ALL.params, invite: InviteIdSchema },
      body: null,
      response: null,
      errors: ['not-found', 'forbidden'],
    },
    ({ claims, params }) => invites.revoke(claims.sub, params.id, params.invite),
  );
};

const PROOF = { params: { invite: InviteIdSchema }, body: InviteProofRequest } as const;
const PROOF_ERRORS = ['invite-invalid', 'invite-expired', 'invite-used-up', 'invite-revoked', 'rate-limited'] as const;

const addForInvited = (router: Router, { invites, addressOf }: Deps): void => {
  router.open(
    {
      ...PROOF,
      method: 'POST',
      path: '/api/invites/:invite/preview',
      summary: 'What a link invites to, for whoever has the link',
      response: InvitePreviewResponse,
      errors: PROOF_ERRORS,
    },
    async ({ c, params, body }) => {
      const found = await invites.preview({ ...params, ...body, guesser: `address ${addressOf(c)}` });
      if (!found.ok) return found;
      const { conversation, invitedBy, role } = found.value;
      const { id, kind, members } = conversation;
      const title = bytesToBase64Url(conversation.title);
      return ok({ conversation: id, title, kind, members: members.length, invitedBy, role });
    },
  );
  router.signedIn(
    {
      ...PROOF,
      method: 'POST',
      path: '/api/invites/:invite/join',
      summary: 'Join by a link',
      response: ConversationResponse,
      errors: [...PROOF_ERRORS, 'member-limit', 'conversation-limit'],
    },
    async ({ claims, params, body }) => {
      const joined = await invites.join(claims.sub, { ...params, ...body, guesser: `account ${claims.sub}` });
      return joined.ok ? ok(toConversationResponse(joined.value)) : joined;
    },
  );
};

const toInviteResponse = (invite: Invite): v.InferInput<typeof InviteResponse> => {
  const { id, role, createdAt, expiresAt, maxUses, uses, revokedAt } = invite;
  return { id, role, createdAt, expiresAt, maxUses, uses, revoked: revokedAt !== null };
};
