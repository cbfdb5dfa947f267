/**
 * Browsers write cookies to disk late: after a crash the refresh cookie may be an old one or gone, while the device's
 * keys are where they were. So a renewal that the server refuses is followed by one try to come back by the device key,
 * and only what is said to that ends a session. [RES-1]
 */
import { SessionChallengeResponse, SessionResponse } from '@kith/schema/api/accounts';
import { bytesToBase64Url } from '@kith/schema/base64url';
import { sessionResumeBytes } from '@kith/schema/session-resume';
import { WIRE_ERRORS, type WireErrorCode } from '@kith/schema/wire-error';
import { EngineError } from '../engine-api.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { DeviceKeys, StoredSession } from '../storage/local-store.ts';
import { parseAnswer } from './api-client.ts';
import type { Http, HttpAnswer } from './http.ts';

type ResumeDeps = Pick<EngineDeps, 'server' | 'store' | 'subtle' | 'bulk'>;

/** Answers a `SessionResponse` of this session. @throws EngineError; see `endingCode` */
export const refreshOrResume = async (deps: ResumeDeps, http: Http, session: StoredSession): Promise<HttpAnswer> => {
  const keys = await deps.store.deviceKeys();
  const body = { bulk: deps.bulk === true };
  try {
    const request = { method: 'POST', path: '/api/session/refresh', body, cookie: session.refreshToken } as const;
    const answer = await http.send(request);
    // the cookie may be of somebody who tried to come in here since
    if (keys === null || isOf(session, answer)) return answer;
  } catch (error) {
    if (keys === null || endingCode(error) === null) throw error;
  }
  return resume(deps, http, { session, keys });
};

/** With which the server says that the session is over; null: nothing was decided. */
export const endingCode = (error: unknown): WireErrorCode | null => {
  if (!(error instanceof EngineError) || error.code === 'offline' || error.code === 'signed-out') return null;
  return WIRE_ERRORS[error.code].retry === 'sign-in' ? error.code : null;
};

const resume = async (
  deps: ResumeDeps,
  http: Http,
  { session, keys }: { readonly session: StoredSession; readonly keys: DeviceKeys },
): Promise<HttpAnswer> => {
  const { device } = session;
  const begun = await http.send({ method: 'POST', path: '/api/session/challenge', body: { device } });
  const { ceremony, challenge } = parseAnswer(SessionChallengeResponse, begun.json);
  const bytes = sessionResumeBytes({ origin: new URL(deps.server).origin, device, challenge });
  const signature = new Uint8Array(await deps.subtle.sign('Ed25519', keys.sign.privateKey, bytes));
  const body = { ceremony, signature: bytesToBase64Url(signature), bulk: deps.bulk === true };
  const answer = await http.send({ method: 'POST', path: '/api/session/resume', body });
  if (!isOf(session, answer)) throw new EngineError('unavailable', 'the server took this device for another one');
  return answer;
};

const isOf = ({ account, device }: StoredSession, { json }: HttpAnswer): boolean => {
  const answer = parseAnswer(SessionResponse, json);
  return answer.account === account && answer.device === device;
};
