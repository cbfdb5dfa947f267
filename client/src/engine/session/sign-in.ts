/**
 * From credentials to a session on this device: keys, then one request, then keys and session into the store. The same
 * person again comes with the keys that are here and so is the same device, unless it was removed; somebody else is
 * refused. [ENG-4] [RES-2] [RES-3]
 */
import { CeremonyResponse, SessionResponse } from '@kith/schema/api/accounts';
import { AccountIdSchema } from '@kith/schema/ids';
import * as v from 'valibot';
import type { Engine, PasskeyCeremony, SessionInfo } from '../engine-api.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { StoredSession } from '../storage/local-store.ts';
import type { AccessToken } from './access-token.ts';
import { parseAnswer } from './api-client.ts';
import { createDeviceKeys, newDevice } from './device-keys.ts';
import type { Http } from './http.ts';
import { ownProfile } from './own-profile.ts';
import { readRefreshCookie } from './refresh-cookie.ts';

export type SignIn = Pick<
  Engine,
  'signUpWithPassword' | 'signInWithPassword' | 'beginPasskeySignUp' | 'beginPasskeySignIn' | 'finishPasskey'
>;

export const createSignIn = (
  deps: Pick<EngineDeps, 'server' | 'store' | 'subtle' | 'cookies' | 'bulk'>,
  http: Http,
  access: AccessToken,
): SignIn => {
  const enter = async (path: string, credentials: object, deviceName: string): Promise<SessionInfo> => {
    const before = await deps.store.session();
    const kept = before === null ? null : await deps.store.deviceKeys();
    const keys = kept ?? (await createDeviceKeys(deps.subtle, deps.cookies === 'headless'));
    const device = await newDevice(deps.subtle, keys, deviceName);
    const { json, headers } = await http.send({ method: 'POST', path, body: { ...credentials, device } });
    const answer = parseAnswer(SessionResponse, json);
    await refuseOthers(http, before, answer);
    if (before?.device !== answer.device) await signAnew(deps);
    await deps.store.saveDeviceKeys(keys);
    const info = { account: answer.account, device: answer.device, handle: answer.handle, name: answer.name };
    const refreshToken = deps.cookies === 'headless' ? readRefreshCookie(headers) : null;
    // a token with the scope of an import comes with the first renewal
    if (deps.bulk === true) access.forget();
    else access.adopt(answer);
    await deps.store.saveSession({ ...info, server: deps.server, refreshToken });
    return info;
  };
  const begin = async (path: string, body: object): Promise<PasskeyCeremony> =>
    parseAnswer(CeremonyResponse, (await http.send({ method: 'POST', path, body })).json);

  return {
    signUpWithPassword: async ({ deviceName, ...person }) => {
      ownProfile.assertNobody(await deps.store.session());
      return enter('/api/passwords/sign-up', person, deviceName);
    },
    signInWithPassword: async ({ deviceName, ...person }) => {
      ownProfile.assertHandle(await deps.store.session(), person.handle);
      return enter('/api/passwords/sign-in', person, deviceName);
    },
    beginPasskeySignUp: async (person) => {
      ownProfile.assertNobody(await deps.store.session());
      return begin('/api/passkeys/registration-options', person);
    },
    beginPasskeySignIn: () => begin('/api/passkeys/authentication-options', {}),
    finishPasskey: async (flow, { deviceName, ...answer }) => {
      const before = await deps.store.session();
      const account = flow === 'sign-up' ? null : accountOfPasskey(answer.response);
      if (flow === 'sign-up') ownProfile.assertNobody(before);
      else if (account !== null) ownProfile.assertAccount(before, account);
      return enter(FINISH_PATHS[flow], answer, deviceName);
    },
  };
};

const FINISH_PATHS = { 'sign-up': '/api/passkeys/registration', 'sign-in': '/api/passkeys/authentication' } as const;

/** Passkeys are made with the account's id as their user handle. Null where it is not told. */
const accountOfPasskey = (response: Readonly<Record<string, unknown>>): string | null => {
  const parsed = v.safeParse(v.object({ response: v.object({ userHandle: AccountIdSchema }) }), response);
  return parsed.success ? parsed.output.response.userHandle : null;
};

/** Somebody else came in unforeseen: their new device is removed again. @throws EngineError `forbidden` */
const refuseOthers = async (
  http: Http,
  before: StoredSession | null,
  { account, device, accessToken }: SessionResponse,
): Promise<void> => {
  try {
    ownProfile.assertAccount(before, account);
  } catch (refusal) {
    const path = `/api/devices/${device}`;
    await http.send({ method: 'DELETE', path, bearer: accessToken }).catch(() => undefined); // stands in their list of devices
    throw refusal;
  }
};

/** What was signed by the device that this one was before must be signed anew. */
const signAnew = async ({ store }: Pick<EngineDeps, 'store'>): Promise<void> => {
  const waiting = (await store.outbox()).flatMap((entry) => (entry.type === 'event' ? [entry] : []));
  await store.saveSigned(waiting.map((event) => ({ ...event, signed: null })));
};
