/** Typed calls of `/api`, with the access token where there is one; renewed once when the server finds it stale. */
import * as v from 'valibot';
import { EngineError } from '../engine-api.ts';
import type { AccessToken } from './access-token.ts';
import type { Http, HttpRequest } from './http.ts';

export interface ApiRequest<S extends v.GenericSchema> extends Pick<HttpRequest, 'method' | 'path' | 'body'> {
  readonly answer: S;
}

export interface ApiClient {
  /** As the device that is signed in. @throws EngineError */
  call<S extends v.GenericSchema>(request: ApiRequest<S>): Promise<v.InferOutput<S>>;
}

/** For requests whose answer is of no interest. */
export const NoAnswer = v.unknown();

export const createApiClient = (http: Http, access: AccessToken): ApiClient => ({
  call: async ({ answer, ...request }) => {
    const bearer = await access.token();
    try {
      return parseAnswer(answer, (await http.send({ ...request, bearer })).json);
    } catch (error) {
      if (!isStaleToken(error)) throw error;
      const renewed = await access.renewed(bearer);
      return parseAnswer(answer, (await http.send({ ...request, bearer: renewed })).json);
    }
  },
});

/** @throws EngineError `unavailable` for what is not of the expected form: another version, or not our server. */
export const parseAnswer = <S extends v.GenericSchema>(schema: S, json: unknown): v.InferOutput<S> => {
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  throw new EngineError('unavailable', `the answer does not have the expected form: ${parsed.issues[0].message}`);
};

const isStaleToken = (error: unknown): boolean =>
  error instanceof EngineError &&
  ['token-expired', 'token-invalid', 'unauthenticated', 'session-ended'].includes(error.code);
