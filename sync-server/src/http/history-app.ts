/** Journals over HTTP: the index, the gap since an arrival, what is known, receipts, an import's segments. [SYN-10] */
import { createHash } from 'node:crypto';
import {
  ArrivalsQuery,
  type ArrivalsResponse,
  BringEventsRequest,
  type BringEventsResponse,
  ImportSegmentRequest,
  type ImportSegmentResponse,
  type IndexResponse,
  KnownRequest,
  type KnownResponse,
  type ReceiptsResponse,
} from '@kith/schema/api/history';
import type { ConversationId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { can } from '@kith/schema/policy/can';
import { wireError } from '@kith/schema/wire-error';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type * as v from 'valibot';
import type { AdmitEvents, AdmitRefusal } from '../admit/admit-events.ts';
import type { Log } from '../log.ts';
import { toReceipt } from '../receipts/receipts.ts';
import type { ImportSegments } from '../segments/import-segments.ts';
import type { DocumentStore } from '../storage/document-store.ts';
import type { ConversationIndex } from './conversation-index.ts';
import {
  type AuthenticateDeps,
  authenticate,
  type Env,
  HttpRefusal,
  member,
  parseBody,
  parseInput,
  toResponse,
} from './request.ts';
import { addTicketRoute, type TicketRouteDeps } from './ticket-route.ts';

interface HistoryDeps extends AuthenticateDeps, TicketRouteDeps {
  readonly store: DocumentStore;
  readonly index: ConversationIndex;
  readonly imports: ImportSegments;
  readonly admitEvents: AdmitEvents;
  /** Waits for what is in flight; false when that cannot be stored now. */
  readonly settled: (conversation: ConversationId) => Promise<boolean>;
  readonly log: Log;
}

export const createHistoryApp = (deps: HistoryDeps): Hono<Env> => {
  const { store, membership, index, imports } = deps;
  const app = new Hono<Env>();

  app.onError((cause, context) => toResponse(context, cause, deps.log));
  app.notFound((context) => context.json(wireError('not-found'), 404));
  app.use((context, next) => (isBringing(context.req.path) ? broughtBody : jsonBody)(context, next));
  app.use(authenticate(deps));

  app.get('/api/index', async (context) => {
    const text = JSON.stringify((await index(context.var.claims)) satisfies v.InferInput<typeof IndexResponse>);
    const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
    const headers = { etag: tag, 'cache-control': 'private, no-cache' };
    if (context.req.header('if-none-match') === tag) return context.body(null, 304, headers);
    return context.body(text, 200, { ...headers, 'content-type': 'application/json' });
  });

  app.get('/api/conversations/:id/arrivals', async (context) => {
    const { id } = await member(context, membership, (role) => can(role, 'read'));
    const { after } = parseInput(ArrivalsQuery, context.req.query());
    const { incarnation } = await store.position(`conversation/${id}`);
    const arrivals = await store.arrivals(`conversation/${id}`, after, LIMITS.arrivalsPage);
    const next = arrivals.length < LIMITS.arrivalsPage ? null : (arrivals.at(-1)?.arrival ?? null);
    return context.json({ incarnation, arrivals: [...arrivals], next } satisfies v.InferInput<typeof ArrivalsResponse>);
  });

  app.post('/api/conversations/:id/known', async (context) => {
    const { id } = await member(context, membership, (role) => can(role, 'read'));
    const { eventIds } = await parseBody(KnownRequest, context);
    // an event on its way to the store is neither known nor unknown yet
    if (!(await deps.settled(id))) throw new HttpRefusal('not-stored');
    const events = await store.known(`conversation/${id}`, eventIds);
    const known = events.map(({ eventId, arrival, segment, account }) => ({ eventId, arrival, segment, account }));
    return context.json({ known } satisfies v.InferInput<typeof KnownResponse>);
  });

  app.post('/api/conversations/:id/events', async (context) => {
    const { id: conversation } = await member(context, membership, (role) => can(role, 'read'));
    const { events } = await parseBody(BringEventsRequest, context);
    const signed = events.map(({ account, device, event: bytes }) => ({ account, device, bytes }));
    const { sub: account, device } = context.var.claims;
    const result = await deps.admitEvents({ conversation, account, device, events: signed });
    if (!result.ok) throw toRefusal(result.error);
    return context.json({ events: [...result.value] } satisfies v.InferInput<typeof BringEventsResponse>);
  });

  app.get('/api/conversations/:id/receipts', async (context) => {
    const { id, record } = await member(context, membership, (role) => can(role, 'read'));
    const receipts = (await store.receipts(id)).filter(({ account }) => record.roleByAccount.has(account));
    return context.json({ receipts: receipts.map(toReceipt) } satisfies v.InferInput<typeof ReceiptsResponse>);
  });

  app.post('/api/conversations/:id/segments', async (context) => {
    const { id } = await member(context, membership, (role) => can(role, 'import'));
    const request = await parseBody(ImportSegmentRequest, context);
    const importer = `${context.var.claims.sub}/${context.var.claims.device}`;
    const result =
      request.action === 'open' ? await imports.open(id, importer) : await imports.close(id, importer, request.n);
    if (!result.ok) throw new HttpRefusal(result.error.type);
    return context.json({ n: result.value } satisfies v.InferInput<typeof ImportSegmentResponse>);
  });

  addTicketRoute(app, deps);

  return app;
};

const bodyOf = (maxSize: number) => bodyLimit({ maxSize, onError: () => Promise.reject(new HttpRefusal('too-large')) });
const jsonBody = bodyOf(LIMITS.jsonBodyBytes);
const broughtBody = bodyOf(LIMITS.broughtBodyBytes);
const isBringing = (path: string): boolean => /^\/api\/conversations\/[^/]+\/events$/.test(path);

const toRefusal = (error: AdmitRefusal): HttpRefusal =>
  error.type === 'rate-limited' ? new HttpRefusal(error.type, undefined, error.limited) : new HttpRefusal(error.type);
