/** People, conversations and tokens of a running server, by its API. */
import { bytesToBase64Url } from '@kith/schema/base64url';
import { type AccountId, type ConversationId, createId, type DeviceId, type InviteId } from '@kith/schema/ids';
import { INVITE_SECRET_BYTES, inviteProof, inviteProofHash } from '@kith/schema/invite-proof';
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
  readonly handle: string;
  readonly password: string;
  readonly accessToken: string;
  /** With which the next access token is asked for; each is good for one. */
  readonly cookie: string;
}

type Scope = 'bulk' | 'default';

/** With a token of the scope of imports unless said otherwise. */
export const signUp = async (
  base: string,
  handle: string,
  signKey: Uint8Array,
  scope: Scope = 'bulk',
): Promise<Person> => {
  const device = { name: 'bench', signKey: bytesToBase64Url(signKey), boxKey: bytesToBase64Url(new Uint8Array(32)) };
  const password = bytesToBase64Url(random(new Uint8Array(24)));
  const response = await fetch(`${base}/api/passwords/sign-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ handle, name: 'Bench', password, device }),
  });
  const person = { password, ...(await sessionOf(response)) } as Person;
  return scope === 'bulk' ? renewAccess(base, person, scope) : person;
};

export const renewAccess = async (base: string, person: Person, scope: Scope): Promise<Person> => {
  const response = await fetch(`${base}/api/session/refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: person.cookie },
    body: JSON.stringify({ bulk: scope === 'bulk' }),
  });
  return { ...person, ...(await sessionOf(response)) };
};

const sessionOf = async (response: Response): Promise<Partial<Person>> => {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  const cookies = response.headers.getSetCookie().map((line) => line.split(';')[0]);
  return { ...((await response.json()) as Partial<Person>), cookie: cookies.join('; ') };
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

export interface Invitation {
  readonly id: InviteId;
  readonly proof: string;
}

export const invite = async (base: string, token: string, conversation: ConversationId): Promise<Invitation> => {
  const id = createId<InviteId>(random);
  const proof = inviteProof(random(new Uint8Array(INVITE_SECRET_BYTES)));
  const terms = { role: 'member', expiresInSeconds: 3_600, maxUses: LIMITS.inviteUses };
  const proofHash = bytesToBase64Url(inviteProofHash(proof));
  await post(`${base}/api/conversations/${conversation}/invites`, { id, proofHash, ...terms }, token);
  return { id, proof: bytesToBase64Url(proof) };
};

export const join = async (base: string, token: string, { id, proof }: Invitation): Promise<void> => {
  await post(`${base}/api/invites/${id}/join`, { proof }, token);
};
