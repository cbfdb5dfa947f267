/**
 * What holds for every route before anything is looked at: no request of another site changes anything, bodies are JSON
 * of a bounded size, no answer is kept by a cache. [EDGE-1] [EDGE-2]
 */
import { LIMITS } from '@kith/schema/limits';
import { err, ok, type Result } from '@kith/schema/result';
import { isWireErrorCode } from '@kith/schema/wire-error';
import type { Context, MiddlewareHandler } from 'hono';
import * as v from 'valibot';
import type { AuthConfig } from '../auth-config.ts';
import { type Refusal, refusalResponse } from './to-response.ts';

export const createEdge =
  (config: AuthConfig): MiddlewareHandler =>
  async (c, next) => {
    c.header('Cache-Control', 'no-store');
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD' && isForeign(c, config)) {
      return refusalResponse(c, { type: 'foreign-origin' });
    }
    return next();
  };

/**
 * Browsers name where a request comes from; clients without a browser name nothing and carry no cookies of others.
 * Where the server is reached over plain http, its other addresses (a name in the local network) count as itself.
 */
const isForeign = (c: Context, config: AuthConfig): boolean => {
  const site = c.req.header('Sec-Fetch-Site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const origin = c.req.header('Origin');
  return origin !== undefined && !ownOrigins(c, config).includes(origin);
};

/** Those under which the request may have reached this server. */
export const ownOrigins = (c: Context, { publicOrigin }: AuthConfig): readonly string[] => {
  const host = c.req.header('Host');
  return publicOrigin.startsWith('https:') || host === undefined ? [publicOrigin] : [publicOrigin, `http://${host}`];
};

const JSON_TYPE = /^application\/json\s*(;|$)/i;

/** The body as the schema's type. No body at all counts as `{}`. Reads at most one byte more than is allowed. */
export const parseBody = async <S extends v.GenericSchema>(
  request: Request,
  schema: S,
): Promise<Result<v.InferOutput<S>, Refusal>> => {
  const bytes = await readBounded(request, LIMITS.jsonBodyBytes);
  if (bytes === null) return err({ type: 'too-large' });
  if (bytes.length > 0 && !JSON_TYPE.test(request.headers.get('Content-Type') ?? '')) return err({ type: 'not-json' });
  const json = bytes.length === 0 ? ok({}) : parseJson(bytes);
  return json.ok ? parseShape(schema, json.value) : json;
};

/** What does not fit is named by its field; handles and names have errors of their own. */
export const parseShape = <S extends v.GenericSchema>(schema: S, value: unknown): Result<v.InferOutput<S>, Refusal> => {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return ok(parsed.output);
  const [issue] = parsed.issues;
  const detail = `${v.getDotPath(issue) ?? 'body'}: ${issue.message}`;
  return err(isWireErrorCode(issue.message) ? { type: issue.message } : { type: 'bad-request', detail });
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const parseJson = (bytes: Uint8Array): Result<unknown, Refusal> => {
  try {
    return ok(JSON.parse(utf8.decode(bytes)));
  } catch {
    return err({ type: 'bad-json' }); // not UTF-8 or not JSON: the sender hears of it
  }
};

/** Null above `limit`: the rest is not read. */
const readBounded = async (request: Request, limit: number): Promise<Uint8Array | null> => {
  if (Number(request.headers.get('Content-Length') ?? 0) > limit) return null;
  if (request.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body) {
    length += chunk.length;
    if (length > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
