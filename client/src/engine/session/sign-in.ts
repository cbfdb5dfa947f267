/**
 * From credentials to a session on this device: fresh keys, then one request, then keys and session into the store. The
 * same person again keeps what is here; somebody else begins with an empty store. [ENG-4]
 */
import { CeremonyResponse, SessionResponse } from '@kith/schema/api/accounts';
import type { Engine, PasskeyCeremony, SessionInfo } from '../engine-api.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { AccessToken } from './access-token.ts';
import { parseAnswer } from './api-client.ts';
import { createDeviceKeys, newDevice } from './device-keys.ts';
import type { Http } from './http.ts';
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
    const keys = await createDeviceKeys(deps.subtle, deps.cookies === 'headless');
    const device = await newDevice(deps.subtle, keys, deviceName);
    const { json, headers } = await http.send({ method: 'POST', path, body: { ...credentials, device } });
    const answer = parseAnswer(SessionResponse, json);
    await makeRoomFor(deps, answer.account);
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
    signUpWithPassword: ({ deviceName, ...person }) => enter('/api/passwords/sign-up', person, deviceName),
    signInWithPassword: ({ deviceName, ...person }) => enter('/api/passwords/sign-in', person, deviceName),
    beginPasskeySignUp: (person) => begin('/api/passkeys/registration-options', person),
    beginPasskeySignIn: () => begin('/api/passkeys/authentication-options', {}),
    finishPasskey: (flow, { deviceName, ...answer }) => enter(FINISH_PATHS[flow], answer, deviceName),
  };
};

const FINISH_PATHS = { 'sign-up': '/api/passkeys/registration', 'sign-in': '/api/passkeys/authentication' } as const;

/** What was signed by the device that this one was before must be signed anew. */
const makeRoomFor = async ({ store }: Pick<EngineDeps, 'store'>, account: string): Promise<void> => {
  const before = await store.session();
  if (before !== null && before.account !== account) return store.wipe();
  const waiting = (await store.outbox()).flatMap((entry) => (entry.type === 'event' ? [entry] : []));
  await store.saveSigned(waiting.map((event) => ({ ...event, signed: null })));
};
