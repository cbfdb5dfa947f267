/**
 * The short-lived access token and its renewal from the refresh token, one renewal at a time: the refresh token rotates,
 * and one used twice makes its chain void. [ENG-3]
 */
import { SessionResponse } from '@kith/schema/api/accounts';
import type { WireErrorCode } from '@kith/schema/wire-error';
import { EngineError } from '../engine-api.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { parseAnswer } from './api-client.ts';
import type { Http } from './http.ts';
import { readRefreshCookie } from './refresh-cookie.ts';
import { endingCode, refreshOrResume } from './resume.ts';

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

type AccessTokenDeps = Pick<EngineDeps, 'store' | 'clock' | 'cookies' | 'bulk' | 'subtle' | 'server'>;

export const createAccessToken = (
  deps: AccessTokenDeps,
  http: Http,
  onEnded: (code: WireErrorCode) => void,
): AccessToken => {
  let current: { readonly token: string; readonly expiresAt: number } | null = null;
  let renewing: Promise<string> | null = null;
  /** Counts sign-ins and sign-outs: what a renewal from before one brings is of no session any more. */
  let generation = 0;

  const take = ({ accessToken, expiresAt }: SessionResponse): void => {
    current = { token: accessToken, expiresAt };
  };

  const renew = async (): Promise<string> => {
    const begun = generation;
    const session = await deps.store.session();
    if (session === null) throw new EngineError('signed-out', 'nobody is signed in on this device');
    try {
      const { json, headers } = await refreshOrResume(deps, http, session);
      const answer = parseAnswer(SessionResponse, json);
      if (begun !== generation) throw new EngineError('signed-out', 'another session began, or none is left');
      const cookie = deps.cookies === 'headless' ? readRefreshCookie(headers) : null;
      if (cookie !== null) await deps.store.saveSession({ ...session, refreshToken: cookie });
      take(answer);
      return answer.accessToken;
    } catch (error) {
      const ended = endingCode(error);
      if (ended !== null && begun === generation) onEnded(ended);
      throw error;
    }
  };

  const renewOnce = (): Promise<string> => {
    if (renewing !== null) return renewing;
    const begun = renew().finally(() => {
      if (renewing === begun) renewing = null;
    });
    renewing = begun;
    return begun;
  };

  return {
    token: async () =>
      current !== null && current.expiresAt - MARGIN_MS > deps.clock.now() ? current.token : renewOnce(),
    renewed: async (stale) => (current !== null && current.token !== stale ? current.token : renewOnce()),
    adopt: (session) => {
      generation++;
      renewing = null;
      take(session);
    },
    forget: () => {
      generation++;
      renewing = null;
      current = null;
    },
  };
};
