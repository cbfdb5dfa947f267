/** People, conversations and tokens of a running server, by its API. */
import { bytesToBase64Url } from '@kith/schema/base64url';
import { type AccountId, type ConversationId, createId, type DeviceId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { encodeOpaqueText } from '@kith/schema/opaque';

const random = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => crypto.getRandomValues(bytes);

const post = async <T>(url: string, body: unknown, token?: string): Promise<T> => {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
};

export interface Person {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly accessToken: string;
}

/** With a token of the scope of imports. */
export const signUp = async (base: string, handle: string, signKey: Uint8Array): Promise<Person> => {
  const device = { name: 'bench', signKey: bytesToBase64Url(signKey), boxKey: bytesToBase64Url(new Uint8Array(32)) };
  const password = bytesToBase64Url(random(new Uint8Array(24)));
  const response = await fetch(`${base}/api/passwords/sign-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ handle, name: 'Bench', password, device }),
  });
  if (!response.ok) throw new Error(`sign-up: ${response.status} ${await response.text()}`);
  const session = (await response.json()) as Person;
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const refreshed = await fetch(`${base}/api/session/refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ bulk: true }),
  });
  return { ...session, ...((await refreshed.json()) as Partial<Person>) };
};

export const createConversation = async (base: string, token: string): Promise<ConversationId> => {
  const id = createId<ConversationId>(random);
  const title = bytesToBase64Url(encodeOpaqueText('bench'));
  await post(`${base}/api/conversations`, { id, kind: 'group', title }, token);
  return id;
};

/** In the order of the journals: `conversation/<id>` or `account/<id>`. */
export const documentTokens = async (base: string, token: string, journals: readonly string[]): Promise<string[]> => {
  const size = LIMITS.documentTokensPerRequest;
  const pages = Array.from({ length: Math.ceil(journals.length / size) }, (_, n) =>
    journals.slice(n * size, n * size + size),
  );
  const answers = await Promise.all(
    pages.map((page) =>
      post<{ tokens: { token: string }[] }>(`${base}/api/document-tokens`, { documents: page }, token),
    ),
  );
  return answers.flatMap((answer) => answer.tokens.map((entry) => entry.token));
};
