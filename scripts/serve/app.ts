/**
 * Everything on the one port but WebSockets: the two services by path, health, and the client; and on every answer the
 * security headers. Knows paths, not what happens behind them. [RUN-4] [RUN-5]
 */
import { WIRE_ERRORS, type WireErrorCode, wireError } from '@kith/schema/wire-error';
import { type Context, Hono } from 'hono';
import type { ClientFiles } from './client-files.ts';
import type { Health } from './health.ts';
import type { Log } from './log.ts';
import { insecurePage, NOTICE_STYLE, otherAddressPage } from './notice-pages.ts';
import { parseHostHeader, placeOf } from './public-address.ts';
import { securityHeaders } from './security-headers.ts';

/** What a mounted service gives; Hono apps do. `env` carries the Node request for those who need the socket. */
export interface HttpPart {
  fetch(request: Request, env?: unknown): Response | Promise<Response>;
}

export interface AppDeps {
  /** Null where another process does it. */
  readonly auth: HttpPart | null;
  readonly sync: HttpPart | null;
  readonly client: ClientFiles | null;
  readonly health: () => Promise<Health>;
  readonly publicUrl: URL;
  readonly port: number;
  readonly log: Log;
  readonly now: () => number;
}

/** The part of `/api` that the sync server answers; all else is auth's. */
export const SYNC_API =
  /^\/api\/(?:index|conversations\/[^/]+\/(?:arrivals|known|receipts|segments|events|tickets))(?:\/|$)/;

export const createApp = (deps: AppDeps): Hono => {
  const { auth, sync, client, publicUrl, port, log } = deps;
  const app = new Hono();

  app.use(async (c, next) => {
    const startedAt = deps.now();
    await next();
    const host = parseHostHeader(c.req.header('host'));
    const forwardedProto = c.req.header('x-forwarded-proto');
    const headers = securityHeaders({
      host,
      isHttps: publicUrl.protocol === 'https:' || forwardedProto === 'https',
      isTrusted: host !== null && placeOf({ host, forwardedProto }, publicUrl) !== 'insecure',
    });
    for (const [name, value] of Object.entries(headers)) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
    const ms = Math.round(deps.now() - startedAt);
    log.debug('request', { method: c.req.method, path: c.req.path, status: c.res.status, ms });
  });

  app.get('/health', async (c) => {
    const health = await deps.health();
    return c.json(health, health.status === 'unwell' ? 503 : 200, { 'cache-control': 'no-store' });
  });

  app.all('/api/*', (c) => {
    const part = SYNC_API.test(c.req.path) ? sync : auth;
    return part === null ? wire(c, 'not-found') : part.fetch(c.req.raw, c.env);
  });

  if (auth !== null) app.get('/.well-known/jwks.json', (c) => auth.fetch(c.req.raw, c.env));

  if (client !== null) serveClient(app, { client, publicUrl, port });

  app.notFound((c) => wire(c, 'not-found'));
  app.onError((error, c) => {
    log.error('request failed', { method: c.req.method, path: c.req.path, error });
    return wire(c, 'internal');
  });
  return app;
};

const serveClient = (
  app: Hono,
  { client, publicUrl, port }: Pick<AppDeps, 'publicUrl' | 'port'> & { readonly client: ClientFiles },
): void => {
  app.on(['GET', 'HEAD'], '*', async (c, next) => {
    const host = parseHostHeader(c.req.header('host'));
    if (host === null) return wire(c, 'bad-request');
    const place = placeOf({ host, forwardedProto: c.req.header('x-forwarded-proto') }, publicUrl);
    const isPage = c.req.path === '/' || c.req.header('accept')?.includes('text/html') === true;
    if (isPage && place === 'insecure') return notice(c, insecurePage(publicUrl, port));
    if (isPage && place === 'unknown') return notice(c, otherAddressPage(publicUrl, host));
    if (isPage && place === 'loopback') return c.redirect(sameUrlAt(publicUrl, new URL(c.req.url)));
    return (await client.respond(c.req.raw)) ?? next();
  });
};

/** Set part by part: a path such as `//other.example` must not become a host. */
const sameUrlAt = (origin: URL, asked: URL): string => {
  const target = new URL(origin);
  target.pathname = asked.pathname;
  target.search = asked.search;
  return target.href;
};

const wire = (c: Context, code: WireErrorCode): Response => c.json(wireError(code), WIRE_ERRORS[code].status);

const notice = (c: Context, page: string): Response =>
  c.html(page, 200, {
    'content-security-policy': `default-src 'none'; style-src ${NOTICE_STYLE}; base-uri 'none'; frame-ancestors 'none'`,
    'cache-control': 'no-store',
  });
