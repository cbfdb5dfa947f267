/** The edge of the HTTP side: who asks, parsing, and the one place where errors become responses. [API-1] [SYN-10] */
import type { TokenVerifier } from '@kith/auth/token-verifier';
import type { ConversationDirectory, ConversationRecord } from '@kith/schema/conversation-directory';
import { type ConversationId, isId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import type { Role } from '@kith/schema/role';
import type { AccessClaims } from '@kith/schema/token-claims';
import { type Limited, WIRE_ERRORS, type WireErrorCode, wireError } from '@kith/schema/wire-error';
import type { Context, MiddlewareHandler } from 'hono';
import * as v from 'valibot';
import type { Limiter } from '../limits/limiter.ts';
import type { EndedDevices } from '../live/ended-devices.ts';
import type { Log } from '../log.ts';
import type { Membership } from '../membership/membership.ts';

export interface Env {
  Variables: { claims: AccessClaims };
}

/** Thrown by handlers, turned into a response by `toResponse`. */
export class HttpRefusal extends Error {
  readonly code: WireErrorCode;
  readonly limited: Limited | null;

  constructor(code: WireErrorCode, detail?: string, limited: Limited | null = null) {
    super(detail);
    this.code = code;
    this.limited = limited;
  }
}

export const toResponse = (context: Context, cause: Error, log: Log): Response => {
  if (!(cause instanceof HttpRefusal)) log.error('a request failed', { path: context.req.path, cause });
  const code = cause instanceof HttpRefusal ? cause.code : 'internal';
  const detail = cause instanceof HttpRefusal && cause.message !== '' ? cause.message : undefined;
  const limited = cause instanceof HttpRefusal ? cause.limited : null;
  if (limited !== null) context.header('Retry-After', String(Math.ceil(limited.retryAfterMs / 1_000)));
  return context.json({ ...wireError(code, detail), ...limited }, WIRE_ERRORS[code].status);
};

export interface AuthenticateDeps {
  readonly tokens: Pick<TokenVerifier, 'verifyAccess'>;
  readonly directory: Pick<ConversationDirectory, 'session'>;
  readonly ended: EndedDevices;
  readonly requests: Limiter;
}

/**
 * As auth does it: a token is worth nothing without the device's session, and only under the one it was made for. What an
 * account asks for is bounded. [LIM-3]
 */
export const authenticate =
  ({ tokens, directory, ended, requests }: AuthenticateDeps): MiddlewareHandler<Env> =>
  async (context, next) => {
    const token = /^Bearer (\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
    if (token === undefined) throw new HttpRefusal('unauthenticated');
    const claims = await tokens.verifyAccess(token);
    if (!claims.ok) throw new HttpRefusal(claims.error.type);
    const { device, exp } = claims.value;
    const session = await directory.session(device);
    const isEnded = session === null || ended.refuses(device, exp, LIMITS.accessTokenSeconds);
    if (isEnded) throw new HttpRefusal('session-ended');
    if (session !== claims.value.session) throw new HttpRefusal('token-expired');
    const { isAllowed, retryAfterMs } = await requests.take(claims.value.sub, 1);
    if (!isAllowed) throw new HttpRefusal('rate-limited', undefined, { limit: 'requests', retryAfterMs });
    context.set('claims', claims.value);
    await next();
  };

/** @throws HttpRefusal unless the path names a conversation in which the caller may do this. */
export const member = async (
  context: Context<Env>,
  membership: Membership,
  may: (role: Role | null) => boolean,
): Promise<{ readonly id: ConversationId; readonly record: ConversationRecord }> => {
  const id = context.req.param('id');
  const record = isId(id) ? await membership.get(id as ConversationId) : null;
  if (record === null) throw new HttpRefusal('not-found');
  const role = record.roleByAccount.get(context.var.claims.sub) ?? null;
  if (role === null) throw new HttpRefusal('not-member');
  if (!may(role)) throw new HttpRefusal('forbidden');
  return { id: record.id, record };
};

export const parseInput = <S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> => {
  const parsed = v.safeParse(schema, input);
  if (!parsed.success) throw new HttpRefusal('bad-request', parsed.issues[0].message);
  return parsed.output;
};

export const parseBody = async <S extends v.GenericSchema>(schema: S, context: Context): Promise<v.InferOutput<S>> => {
  if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) throw new HttpRefusal('not-json');
  return parseInput(schema, await readJson(context));
};

const readJson = async (context: Context): Promise<unknown> => {
  const text = await context.req.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpRefusal('bad-json');
  }
};
