/** A whole auth in memory (or on SQLite) with a clock that stands, driven through `http.request` as a browser would. */
import { randomBytes } from 'node:crypto';
import { bytesToBase64Url } from '@kith/schema/base64url';
import type { ConversationRecord } from '@kith/schema/conversation-directory';
import {
  type AccountId,
  bytesToId,
  type ConversationId,
  type DeviceId,
  type InviteId,
  type Random,
} from '@kith/schema/ids';
import { INVITE_SECRET_BYTES, inviteProof, inviteProofHash } from '@kith/schema/invite-proof';
import { encodeOpaqueText } from '@kith/schema/opaque';
import { type Auth, type AuthConfig, createAuth, createMemoryAccountStore, createSigningKeys } from '../index.ts';
import type { AccountStore } from '../storage/account-store.ts';
import { createFixedClock, type FixedClock } from './fixed-clock.ts';
import { createSoftwareAuthenticator } from './software-authenticator.ts';

export const ORIGIN = 'http://localhost:3000';
export const PASSWORD = 'seven wise owls at noon';

export interface Person {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as people write them down
  readonly body: any;
  readonly headers: Headers;
}

export interface Asked {
  readonly as?: Person | { readonly accessToken: string };
  readonly body?: unknown;
  readonly cookie?: string;
  readonly headers?: Record<string, string>;
}

export interface AuthHarness {
  readonly auth: Auth;
  readonly clock: FixedClock;
  readonly store: AccountStore;
  readonly logged: { readonly level: string; readonly message: string; readonly fields: unknown }[];
  readonly changed: { readonly record: ConversationRecord; readonly removed: readonly AccountId[] }[];
  readonly ended: DeviceId[];
  ask(method: string, path: string, asked?: Asked): Promise<Answer>;
  /** With a passkey. */
  signUp(handle: string): Promise<Person>;
  /** With `PASSWORD`. */
  signUpByPassword(handle: string, device?: ReturnType<typeof newDevice>): Promise<Person>;
  /** Owned by `owner`; gives its id. */
  converse(owner: Person, more?: { kind?: string }): Promise<ConversationId>;
  invite(by: Person, conversation: ConversationId, more?: object): Promise<{ id: InviteId; proof: string }>;
  join(who: Person, invite: { id: InviteId; proof: string }): Promise<Answer>;
}

const random: Random = (bytes) => crypto.getRandomValues(bytes);
export const newId = <T extends string>(): T => bytesToId(new Uint8Array(randomBytes(16))) as string as T;
export const newDevice = (name = 'Laptop') => ({
  name,
  signKey: bytesToBase64Url(randomBytes(32)),
  boxKey: bytesToBase64Url(randomBytes(32)),
});
export const TITLE = bytesToBase64Url(encodeOpaqueText('Garden'));

export const createAuthHarness = async (
  options: { config?: Partial<AuthConfig>; store?: AccountStore; address?: () => string } = {},
): Promise<AuthHarness> => {
  const clock = createFixedClock();
  const store = options.store ?? createMemoryAccountStore();
  const logged: AuthHarness['logged'] = [];
  const note = (level: string) => (message: string, fields?: unknown) => {
    logged.push({ level, message, fields });
  };
  const auth = createAuth({
    config: { publicOrigin: ORIGIN, rpId: 'localhost', serverName: 'Kith', secureCookies: true, ...options.config },
    store,
    keys: await createSigningKeys({ store, clock, random }),
    clock,
    random,
    log: { info: note('info'), warn: note('warn'), error: note('error') },
    addressOf: options.address ?? (() => '192.0.2.1'),
  });
  const changed: AuthHarness['changed'] = [];
  const ended: DeviceId[] = [];
  auth.directory.onConversationChanged((record, removed) => changed.push({ record, removed }));
  auth.directory.onDeviceEnded((_, device) => ended.push(device));
  return { auth, clock, store, logged, changed, ended, ...createSteps(auth) };
};

const createSteps = (
  auth: Auth,
): Pick<AuthHarness, 'ask' | 'signUp' | 'signUpByPassword' | 'converse' | 'invite' | 'join'> => {
  const ask: AuthHarness['ask'] = async (method, path, { as, body, cookie, headers } = {}) => {
    const response = await auth.http.request(path, {
      method,
      headers: {
        ...(method === 'GET' ? {} : { Origin: ORIGIN, 'Sec-Fetch-Site': 'same-origin' }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(as === undefined ? {} : { Authorization: `Bearer ${as.accessToken}` }),
        ...(cookie === undefined ? {} : { Cookie: `__Host-kith-refresh=${cookie}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers };
  };
  return {
    ask,
    signUp: async (handle) => {
      const started = await ask('POST', '/api/passkeys/registration-options', { body: { handle, name: handle } });
      const { ceremony, options } = started.body;
      const response = createSoftwareAuthenticator(ORIGIN).create(options);
      return toPerson(
        await ask('POST', '/api/passkeys/registration', { body: { ceremony, response, device: newDevice() } }),
      );
    },
    signUpByPassword: async (handle, device = newDevice()) => {
      const body = { handle, name: handle, password: PASSWORD, device };
      return toPerson(await ask('POST', '/api/passwords/sign-up', { body }));
    },
    converse: async (owner, more = {}) => {
      const id = newId<ConversationId>();
      const created = await ask('POST', '/api/conversations', {
        as: owner,
        body: { id, kind: 'group', title: TITLE, ...more },
      });
      if (created.status !== 200) throw new Error(JSON.stringify(created.body));
      return id;
    },
    invite: async (by, conversation, more = {}) => {
      const proof = inviteProof(new Uint8Array(randomBytes(INVITE_SECRET_BYTES)));
      const id = newId<InviteId>();
      const proofHash = bytesToBase64Url(inviteProofHash(proof));
      const body = { id, proofHash, role: 'member', expiresInSeconds: 3600, maxUses: 10, ...more };
      const made = await ask('POST', `/api/conversations/${conversation}/invites`, { as: by, body });
      if (made.status !== 200) throw new Error(JSON.stringify(made.body));
      return { id, proof: bytesToBase64Url(proof) };
    },
    join: (who, { id, proof }) => ask('POST', `/api/invites/${id}/join`, { as: who, body: { proof } }),
  };
};

export const toPerson = ({ status, body, headers }: Answer): Person => {
  if (status !== 200) throw new Error(`not signed in: ${JSON.stringify(body)}`);
  const { account, device, accessToken } = body;
  return { account, device, accessToken, refreshToken: refreshTokenOf(headers) };
};

export const refreshTokenOf = (headers: Headers): string =>
  /kith-refresh=([^;]+)/.exec(headers.get('Set-Cookie') ?? '')?.[1] ?? '';
