/**
 * The short-lived access token and its renewal from the refresh token, one renewal at a time: the refresh token rotates,
 * and one used twice ends the session. [ENG-3]
 */
import { SessionResponse } from '@kith/schema/api/accounts';
import { WIRE_ERRORS, type WireErrorCode } from '@kith/schema/wire-error';
import { EngineError } from '../engine-api.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { parseAnswer } from './api-client.ts';
import type { Http } from './http.ts';
import { readRefreshCookie } from './refresh-cookie.ts';

export interface AccessToken {
  /** Renewed when it is about to expire. @throws EngineError; `onEnded` was called when the session is over */
  token(): Promise<string>;
  /** Another one than `stale`. */
  renewed(stale: string): Promise<string>;
  adopt(session: SessionResponse): void;
  forget(): void;
}

/** Renewed this long before its end. */
const MARGIN_MS = 60_000;

export const createAccessToken = (
  deps: Pick<EngineDeps, 'store' | 'clock' | 'cookies' | 'bulk'>,
  http: Http,
  onEnded: (code: WireErrorCode) => void,
): AccessToken => {
  let current: { readonly token: string; readonly expiresAt: number } | null = null;
  let renewing: Promise<string> | null = null;

  const adopt = ({ accessToken, expiresAt }: SessionResponse): void => {
    current = { token: accessToken, expiresAt };
  };

  const renew = async (): Promise<string> => {
    const session = await deps.store.session();
    if (session === null) throw new EngineError('signed-out', 'nobody is signed in on this device');
    try {
      const { json, headers } = await http.send({
        method: 'POST',
        path: '/api/session/refresh',
        body: { bulk: deps.bulk === true },
        cookie: session.refreshToken,
      });
      const answer = parseAnswer(SessionResponse, json);
      const cookie = deps.cookies === 'headless' ? readRefreshCookie(headers) : null;
      if (cookie !== null) await deps.store.saveSession({ ...session, refreshToken: cookie });
      adopt(answer);
      return answer.accessToken;
    } catch (error) {
      const ended = endingCode(error);
      if (ended !== null) onEnded(ended);
      throw error;
    }
  };

  const renewOnce = (): Promise<string> => {
    renewing ??= renew().finally(() => {
      renewing = null;
    });
    return renewing;
  };

  return {
    token: async () =>
      current !== null && current.expiresAt - MARGIN_MS > deps.clock.now() ? current.token : renewOnce(),
    renewed: async (stale) => (current !== null && current.token !== stale ? current.token : renewOnce()),
    adopt,
    forget: () => {
      current = null;
    },
  };
};

const endingCode = (error: unknown): WireErrorCode | null => {
  if (!(error instanceof EngineError) || error.code === 'offline' || error.code === 'signed-out') return null;
  return WIRE_ERRORS[error.code].retry === 'sign-in' ? error.code : null;
};
