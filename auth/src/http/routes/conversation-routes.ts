import {
  ConversationListResponse,
  ConversationResponse,
  CreateConversationRequest,
  RenameConversationRequest,
} from '@kith/schema/api/conversations';
import { bytesToBase64Url } from '@kith/schema/base64url';
import { ConversationIdSchema } from '@kith/schema/ids';
import { ok } from '@kith/schema/result';
import type * as v from 'valibot';
import type { ConversationSummary } from '../../conversations/conversation.ts';
import type { Conversations } from '../../conversations/conversations.ts';
import type { Router } from '../route.ts';

type Deps = { readonly conversations: Conversations };
const ONE = { path: '/api/conversations/:id', params: { id: ConversationIdSchema } } as const;

export const addConversationRoutes = (router: Router, deps: Deps): void => {
  addList(router, deps);
  addOne(router, deps);
};

const addList = (router: Router, { conversations }: Deps): void => {
  router.signedIn(
    {
      method: 'POST',
      path: '/api/conversations',
      summary: 'Create a conversation',
      params: {},
      body: CreateConversationRequest,
      response: ConversationResponse,
      errors: ['conversation-exists', 'conversation-limit'],
    },
    async ({ claims, body }) => {
      const created = await conversations.create({ by: claims.sub, ...body });
      return created.ok ? ok(toConversationResponse(created.value)) : created;
    },
  );
  router.signedIn(
    {
      method: 'GET',
      path: '/api/conversations',
      summary: 'The conversations one is in',
      params: {},
      body: null,
      response: ConversationListResponse,
      errors: [],
    },
    async ({ claims }) => {
      const list = await conversations.list(claims.sub);
      return ok({ conversations: list.map(toConversationResponse) });
    },
  );
};

const addOne = (router: Router, { conversations }: Deps): void => {
  router.signedIn(
    {
      ...ONE,
      method: 'GET',
      summary: 'One conversation',
      body: null,
      response: ConversationResponse,
      errors: ['not-found'],
    },
    async ({ claims, params }) => {
      const found = await conversations.get({ by: claims.sub, id: params.id });
      return found.ok ? ok(toConversationResponse(found.value)) : found;
    },
  );
  router.signedIn(
    {
      ...ONE,
      method: 'PATCH',
      summary: 'Rename a conversation',
      body: RenameConversationRequest,
      response: ConversationResponse,
      errors: ['not-found', 'forbidden'],
    },
    async ({ claims, params, body }) => {
      const renamed = await conversations.rename({ by: claims.sub, id: params.id, title: body.title });
      return renamed.ok ? ok(toConversationResponse(renamed.value)) : renamed;
    },
  );
  router.signedIn(
    {
      method: 'POST',
      path: '/api/conversations/:id/leave',
      params: ONE.params,
      summary: 'Leave a conversation',
      body: null,
      response: null,
      errors: ['last-owner'],
    },
    ({ claims, params }) => conversations.leave({ by: claims.sub, id: params.id }),
  );
};

export const toConversationResponse = (summary: ConversationSummary): v.InferInput<typeof ConversationResponse> => {
  const { id, kind, version, epoch, title, role, createdAt, memberCount } = summary;
  return { id, kind, version, epoch, title: bytesToBase64Url(title), role, createdAt, members: memberCount };
};
