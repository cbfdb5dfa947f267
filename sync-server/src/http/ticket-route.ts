/** Where foreign clients get their tickets: for a document of a conversation that the caller may read. [FRN-1] */
import { TicketRequest, type TicketResponse } from '@kith/schema/api/tickets';
import { type DocName, formatDocName } from '@kith/schema/doc-name';
import { can } from '@kith/schema/policy/can';
import type { Hono } from 'hono';
import type * as v from 'valibot';
import type { Tickets } from '../foreign/tickets.ts';
import type { Membership } from '../membership/membership.ts';
import type { ConversationSegments } from '../segments/conversation-segments.ts';
import { type Env, HttpRefusal, member, parseBody } from './request.ts';

export interface TicketRouteDeps {
  readonly tickets: Tickets;
  readonly membership: Membership;
  readonly segments: ConversationSegments;
}

export const addTicketRoute = (app: Hono<Env>, { tickets, membership, segments }: TicketRouteDeps): void => {
  app.post('/api/conversations/:id/tickets', async (context) => {
    const { id: conversation } = await member(context, membership, (role) => can(role, 'read'));
    const { segment: n } = await parseBody(TicketRequest, context);
    const isThere = n === undefined || (await segments.load(conversation))[n - 1] !== undefined;
    if (!isThere) throw new HttpRefusal('document-unknown');
    const name: DocName = n === undefined ? { type: 'head', conversation } : { type: 'segment', conversation, n };
    const { sub: account, device, session } = context.var.claims;
    const issued = tickets.issue({ account, device, session }, name);
    if (!issued.ok) throw new HttpRefusal(issued.error.type);
    const { ticket, clientId, expiresAtMs } = issued.value;
    const answer = { document: formatDocName(name), ticket, clientId, expiresAt: expiresAtMs };
    return context.json(answer satisfies v.InferInput<typeof TicketResponse>, 200, { 'cache-control': 'no-store' });
  });
};
