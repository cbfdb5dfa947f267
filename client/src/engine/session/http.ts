/**
 * Requests to `/api`: JSON there and back, every failure an `EngineError`. No answer is `offline`; an answer that is not
 * ours (a proxy's page) is `unavailable`. Knows nothing of sessions. [ENG-2]
 */
import { isWireErrorCode } from '@kith/schema/wire-error';
import * as v from 'valibot';
import { EngineError } from '../engine-api.ts';
import type { EngineDeps } from '../engine-deps.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly bearer?: string;
  readonly cookie?: string | null;
}

export interface HttpAnswer {
  readonly json: unknown;
  readonly headers: Headers;
}

export interface Http {
  /** @throws EngineError */
  send(request: HttpRequest): Promise<HttpAnswer>;
}

const TIMEOUT_MS = 20_000;

const ErrorBody = v.object({
  code: v.string(),
  message: v.string(),
  retryAfterMs: v.optional(v.number()),
});

export const createHttp = (deps: Pick<EngineDeps, 'server' | 'fetch' | 'timers'>): Http => ({
  send: async (request) => {
    const response = await fetchOrOffline(deps, request);
    const text = await response.text().catch(() => null);
    if (text === null) throw new EngineError('offline', 'the answer broke off');
    const json = parseJson(text);
    if (response.ok) return { json, headers: response.headers };
    const body = v.safeParse(ErrorBody, json);
    if (!body.success || !isWireErrorCode(body.output.code)) {
      throw new EngineError('unavailable', `the server answered ${response.status}`);
    }
    throw new EngineError(body.output.code, body.output.message, body.output.retryAfterMs ?? null);
  },
});

const fetchOrOffline = async (
  { server, fetch, timers }: Pick<EngineDeps, 'server' | 'fetch' | 'timers'>,
  { method, path, body, bearer, cookie }: HttpRequest,
): Promise<Response> => {
  const abort = new AbortController();
  const cancel = timers.after(TIMEOUT_MS, () => abort.abort());
  try {
    return await fetch(new URL(path, server).href, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(cookie ? { cookie } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: abort.signal,
    });
  } catch (cause) {
    throw new EngineError('offline', `no answer: ${cause instanceof Error ? cause.message : String(cause)}`);
  } finally {
    cancel();
  }
};

const parseJson = (text: string): unknown => {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null; // not JSON: the caller's parser refuses it with what it expected
  }
};
