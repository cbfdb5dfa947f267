/**
 * One way to write a route: what it takes and gives as schemas, from which both the checks and the OpenAPI document
 * come; a handler that returns a `Result`. Order: edge, who asks, how much, path, body, handler. [EDGE-4]
 */
import type { Result } from '@kith/schema/result';
import { WIRE_ERRORS, type WireErrorCode } from '@kith/schema/wire-error';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { type DescribeRouteOptions, describeRoute, resolver } from 'hono-openapi';
import * as v from 'valibot';
import type { Authenticate, Caller } from './authenticate.ts';
import { parseBody, parseShape } from './edge.ts';
import { type Refusal, refusalResponse } from './to-response.ts';

type Params = Record<string, v.GenericSchema<string, string>>;

export interface RouteSpec<P extends Params, B extends v.GenericSchema, R extends v.GenericSchema> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  readonly params: P;
  /** Null takes none and passes over what is sent. */
  readonly body: B | null;
  /** Null answers 204. */
  readonly response: R | null;
  /** What a request takes from the allowance of whoever asks; 1 unless it is said. */
  readonly cost?: number;
  /** The codes that are this route's own. */
  readonly errors: readonly WireErrorCode[];
}

export interface RouteRequest<P extends Params, B extends v.GenericSchema> {
  readonly c: Context;
  readonly params: { readonly [K in keyof P]: v.InferOutput<P[K]> };
  readonly body: v.InferOutput<B>;
}

type Answer<R extends v.GenericSchema> = Promise<Result<v.InferInput<R>, Refusal>>;

export interface Router {
  /** For everybody. */
  open<P extends Params, B extends v.GenericSchema, R extends v.GenericSchema>(
    spec: RouteSpec<P, B, R>,
    handler: (request: RouteRequest<P, B>) => Answer<R>,
  ): void;
  /** For whom the access token names. */
  signedIn<P extends Params, B extends v.GenericSchema, R extends v.GenericSchema>(
    spec: RouteSpec<P, B, R>,
    handler: (request: RouteRequest<P, B> & Caller) => Answer<R>,
  ): void;
}

/** An account is there for good: three hundred at once from one address, then one a second. */
export const SIGN_UP_COST = 5;

/** 0 lets the request through; else milliseconds after which it may be made. */
export interface Allowances {
  ofAddress(c: Context, cost: number): number;
  ofCaller(caller: Caller, cost: number): number;
}

interface Deps {
  readonly allowances: Allowances;
  readonly app: Hono;
  readonly edge: MiddlewareHandler;
  readonly authenticate: Authenticate;
}

export const createRouter = ({ app, edge, authenticate, allowances }: Deps): Router => ({
  open: (spec, handler) => {
    app.on(spec.method, spec.path, describe(spec, false), edge, async (c) => {
      const retryAfterMs = allowances.ofAddress(c, spec.cost ?? 1);
      if (retryAfterMs > 0) return refusalResponse(c, { type: 'rate-limited', limit: 'requests', retryAfterMs });
      const request = await parseRequest(c, spec);
      return request.ok ? answer(c, spec, await handler(request.value)) : refusalResponse(c, request.error);
    });
  },
  signedIn: (spec, handler) => {
    app.on(spec.method, spec.path, describe(spec, true), edge, async (c) => {
      const caller = await authenticate(c.req.header('Authorization'));
      if (!caller.ok) return refusalResponse(c, caller.error);
      const retryAfterMs = allowances.ofCaller(caller.value, spec.cost ?? 1);
      if (retryAfterMs > 0) return refusalResponse(c, { type: 'rate-limited', limit: 'requests', retryAfterMs });
      const request = await parseRequest(c, spec);
      if (!request.ok) return refusalResponse(c, request.error);
      return answer(c, spec, await handler({ ...request.value, ...caller.value }));
    });
  },
});

type Spec<P extends Params, B extends v.GenericSchema> = Pick<RouteSpec<P, B, v.GenericSchema>, 'params' | 'body'>;

const parseRequest = async <P extends Params, B extends v.GenericSchema>(
  c: Context,
  spec: Spec<P, B>,
): Promise<Result<RouteRequest<P, B>, Refusal>> => {
  const params = parseShape(v.object(spec.params), c.req.param());
  if (!params.ok) return params;
  const body = spec.body === null ? null : await parseBody(c.req.raw, spec.body);
  if (body !== null && !body.ok) return body;
  // `params` was parsed by exactly these schemas, which v.object's type does not say for a generic record
  return { ok: true, value: { c, params: params.value as RouteRequest<P, B>['params'], body: body?.value } };
};

const answer = (c: Context, spec: { readonly response: unknown }, result: Result<unknown, Refusal>): Response => {
  if (!result.ok) return refusalResponse(c, result.error);
  return spec.response === null ? c.body(null, 204) : c.json(result.value as object);
};

/** Bytes are checked beyond what JSON Schema can say, so the document shows what goes in, as text. */
const AS_INPUT = { typeMode: 'input', errorMode: 'ignore' } as const;

const describe = (
  { summary, params, body, response, errors }: RouteSpec<Params, v.GenericSchema, v.GenericSchema>,
  isSignedIn: boolean,
): MiddlewareHandler => {
  const own: WireErrorCode[] = ['rate-limited'];
  if (body !== null || Object.keys(params).length > 0) own.push('bad-request');
  if (body !== null) own.push('bad-json', 'not-json', 'too-large');
  if (isSignedIn) own.push('unauthenticated', 'token-invalid', 'token-expired', 'session-ended');
  const options: DescribeRouteOptions = {
    summary,
    security: isSignedIn ? [{ accessToken: [] }] : [],
    responses: {
      ...(response === null
        ? { 204: { description: 'Done' } }
        : { 200: { description: 'Done', content: json(response) } }),
      ...errorResponses([...own, ...errors]),
    },
    ...(body === null ? {} : { requestBody: { required: true, content: json(body) } }),
  };
  return describeRoute(options);
};

const json = (schema: v.GenericSchema) => ({ 'application/json': { schema: resolver(schema, AS_INPUT) } });

const errorResponses = (codes: readonly WireErrorCode[]): NonNullable<DescribeRouteOptions['responses']> => {
  const byStatus = Object.groupBy([...new Set(codes)], (code) => WIRE_ERRORS[code].status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group]) => [
      status,
      { description: group.join(', '), content: { 'application/json': { schema: ERROR_REF } } },
    ]),
  );
};

const ERROR_REF = { $ref: '#/components/schemas/WireError' };
