/** What is measured: Kith whole, bare Hocuspocus, a relay; each ready to take messages from one sender. */
import { bytesToBase64Url } from '@kith/schema/base64url';
import { segmentName } from '@kith/schema/doc-name';
import { type AccountId, type ConversationId, createId, type DeviceId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { encodeOpaqueText } from '@kith/schema/opaque';
import { PROTOCOL_VERSION } from '@kith/schema/protocol-version';
import { startServer } from '../../scripts/serve/server-process.ts';
import { startBaseline } from './baseline-process.ts';
import { kithUpdates, plainUpdates } from './messages.ts';
import { connectWire, mark, updateFrame, type WireClient, type WireListener } from './wire-client.ts';

export interface Subject {
  /** The server's process. */
  readonly pid: number;
  /** A client that has every document open which the messages go to. */
  receiver(listener: WireListener): Promise<WireClient>;
  /** A sender and its frames, numbered from 0. */
  sender(
    listener: WireListener,
  ): Promise<{ readonly client: WireClient; readonly frames: readonly (Uint8Array | string)[] }>;
  stop(): Promise<void>;
}

export type SubjectName = 'kith' | 'hocuspocus' | 'ws';

const ENTRY_BYTES = 190;
const random = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => crypto.getRandomValues(bytes);

export const startSubject = (name: SubjectName, messages: number): Promise<Subject> =>
  name === 'kith' ? kithSubject(messages) : baselineSubject(name, messages);

const baselineSubject = async (name: 'hocuspocus' | 'ws', messages: number): Promise<Subject> => {
  const server = await startBaseline(name);
  const url = `ws://127.0.0.1:${server.port}/`;
  const connect = async (listener: WireListener): Promise<WireClient> => {
    const client = await connectWire(url, false, listener);
    if (name === 'hocuspocus') await client.open('room', 'anybody');
    return client;
  };
  const frames =
    name === 'ws'
      ? Array.from({ length: messages }, (_, n) => mark(n).padEnd(ENTRY_BYTES, '.'))
      : segmentsOf(messages).flatMap(({ from, count }, n) =>
          plainUpdates(from, count, n + 77, ENTRY_BYTES).map((update) => updateFrame('room', update)),
        );
  return {
    pid: server.pid,
    receiver: connect,
    sender: async (listener) => ({ client: await connect(listener), frames }),
    stop: server.stop,
  };
};

const kithSubject = async (messages: number): Promise<Subject> => {
  const server = await startServer({ LOG_LEVEL: 'error', LIMITS: 'off' });
  const base = server.url;
  const keys = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
  const person = await signUp(base, new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey)));
  const conversations = await Promise.all(segmentsOf(messages).map(() => createConversation(base, person.accessToken)));
  const tokens = await documentTokens(base, person.accessToken, conversations);
  const url = `${base.replace('http', 'ws')}/sync?v=${PROTOCOL_VERSION}`;
  const openAll = async (client: WireClient): Promise<number[]> => {
    const ids: number[] = [];
    for (const [n, conversation] of conversations.entries())
      ids.push(await client.open(segmentName(conversation, 1), tokens[n] ?? ''));
    return ids;
  };
  return {
    pid: server.pid() ?? 0,
    receiver: async (listener) => {
      const client = await connectWire(url, true, listener);
      await openAll(client);
      return client;
    },
    sender: async (listener) => {
      const client = await connectWire(url, true, listener);
      const clientIds = await openAll(client);
      const frames: Uint8Array[] = [];
      for (const [n, { from, count }] of segmentsOf(messages).entries()) {
        const conversation = conversations[n] as ConversationId;
        const place = { conversation, account: person.account, device: person.device };
        const log = { place, clientId: clientIds[n] ?? 0, signKey: keys.privateKey };
        const document = segmentName(conversation, 1);
        frames.push(...(await kithUpdates(from, count, log)).map((update) => updateFrame(document, update)));
      }
      return { client, frames };
    },
    stop: server.close,
  };
};

/** One document holds a segment's worth: beyond it a real client would move to the next. */
const segmentsOf = (messages: number): { from: number; count: number }[] => {
  const size = LIMITS.segmentEvents - 1;
  return Array.from({ length: Math.ceil(messages / size) }, (_, n) => ({
    from: n * size,
    count: Math.min(size, messages - n * size),
  }));
};

const post = async <T>(url: string, body: unknown, token?: string): Promise<T> => {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
};

interface Person {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly accessToken: string;
}

const signUp = async (base: string, signKey: Uint8Array): Promise<Person> => {
  const device = { name: 'bench', signKey: bytesToBase64Url(signKey), boxKey: bytesToBase64Url(new Uint8Array(32)) };
  const password = bytesToBase64Url(random(new Uint8Array(24)));
  const response = await fetch(`${base}/api/passwords/sign-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ handle: 'bench', name: 'Bench', password, device }),
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

const createConversation = async (base: string, token: string): Promise<ConversationId> => {
  const id = createId<ConversationId>(random);
  const title = bytesToBase64Url(encodeOpaqueText('bench'));
  await post(`${base}/api/conversations`, { id, kind: 'group', title }, token);
  return id;
};

const documentTokens = async (
  base: string,
  token: string,
  conversations: readonly ConversationId[],
): Promise<string[]> => {
  const documents = conversations.map((id) => `conversation/${id}`);
  const size = LIMITS.documentTokensPerRequest;
  const pages = Array.from({ length: Math.ceil(documents.length / size) }, (_, n) =>
    documents.slice(n * size, n * size + size),
  );
  const answers = await Promise.all(
    pages.map((page) =>
      post<{ tokens: { token: string }[] }>(`${base}/api/document-tokens`, { documents: page }, token),
    ),
  );
  return answers.flatMap((answer) => answer.tokens.map((entry) => entry.token));
};
