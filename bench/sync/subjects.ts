/** What is measured: Kith whole, bare Hocuspocus, a relay; each ready to take messages from one sender. */
import { segmentName } from '@kith/schema/doc-name';
import type { ConversationId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { startServer } from '../../scripts/serve/server-process.ts';
import { createConversation, documentTokens, signUp } from '../product/people.ts';
import { startBaseline } from './baseline-process.ts';
import { kithUpdates, plainUpdates } from './messages.ts';
import { connectWire, mark, syncUrl, updateFrame, type WireClient, type WireListener } from './wire-client.ts';

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
  const person = await signUp(base, 'bench', new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey)));
  const conversations = await Promise.all(segmentsOf(messages).map(() => createConversation(base, person.accessToken)));
  const tokens = await documentTokens(
    base,
    person.accessToken,
    conversations.map((id) => `conversation/${id}`),
  );
  const url = syncUrl(base);
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
