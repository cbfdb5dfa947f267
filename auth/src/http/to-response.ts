/** The one place of this process that turns errors into HTTP answers. No text of an exception ever gets out. [API-1] */
import { type LimitName, WIRE_ERRORS, type WireError, type WireErrorCode, wireError } from '@kith/schema/wire-error';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Log } from '../log.ts';

/** An expected outcome as domain functions give it: their error types are codes of the wire table. */
export interface Refusal {
  readonly type: WireErrorCode;
  readonly detail?: string;
  readonly limit?: LimitName;
  readonly retryAfterMs?: number;
}

const MAX_DETAIL = 200;

export const refusalResponse = (c: Context, { type, detail, limit, retryAfterMs }: Refusal): Response => {
  const body: WireError = {
    ...wireError(type, detail?.slice(0, MAX_DETAIL)),
    ...(limit === undefined ? {} : { limit }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  if (retryAfterMs !== undefined) c.header('Retry-After', String(Math.ceil(retryAfterMs / 1000)));
  return c.json(body, WIRE_ERRORS[type].status);
};

/** Bugs and failures of the medium: the person gets a sentence, the log the rest under a request id. */
export const createFailureResponse =
  (deps: { readonly log: Log; readonly createRequestId: () => string }) =>
  (error: Error, c: Context): Response => {
    if (error instanceof HTTPException && error.status === 413) return refusalResponse(c, { type: 'too-large' });
    deps.log.error('request failed', {
      requestId: deps.createRequestId(),
      method: c.req.method,
      path: c.req.routePath,
      error,
    });
    return refusalResponse(c, { type: 'internal' });
  };
