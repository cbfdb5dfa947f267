/** A device without a library: every byte it sends is the test's own, in whatever order. For attacks. */
import { journalOf, parseDocName } from '@kith/schema/doc-name';
import { parseServerMessage, type ServerMessage } from '@kith/schema/sync-message';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import type { AttachOptions } from './test-device.ts';
import type { TestServer } from './test-server.ts';
import type { Person } from './test-tokens.ts';
import { until } from './until.ts';

/** First numbers of a frame behind its address. */
export const FRAME = {
  sync: 0,
  awareness: 1,
  auth: 2,
  queryAwareness: 3,
  syncReply: 4,
  stateless: 5,
  broadcastStateless: 6,
  close: 7,
} as const;
export const SYNC = { step1: 0, step2: 1, update: 2 } as const;

type MessageOf<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;
/** A number, a text, or bytes behind their length. */
type Part = number | string | Uint8Array;

export interface WireDocument {
  readonly address: string;
  readonly clientId: number;
  /** The reason for which the server closed or refused this document; null while it is open. */
  readonly ended: string | null;
  of<T extends ServerMessage['type']>(type: T): MessageOf<T>[];
  /** An update as it is sent thousands of times, or as the answer to a step 1. */
  send(update: Uint8Array, kind?: 'update' | 'step2'): void;
  sendFrame(...parts: readonly Part[]): void;
  /** What the server has of the document, whole, over a connection of its own: asking again and again is limited. */
  state(): Promise<Uint8Array>;
}

export interface WireDevice {
  readonly person: Person;
  readonly socket: WebSocket;
  /** Null while it is open. */
  readonly closeCode: number | null;
  /** Resolves when the server has said `attached`, or has refused. `session` stands behind the name in the address. */
  attach(name: string, options?: AttachOptions & { readonly session?: string }): Promise<WireDocument>;
  sendFrame(address: string, ...parts: readonly Part[]): void;
  close(): void;
}

interface Heard {
  readonly messages: ServerMessage[];
  readonly states: Uint8Array[];
  ended: string | null;
}

export const frameOf = (address: string, ...parts: readonly Part[]): Uint8Array =>
  encoding.encode((out) => {
    encoding.writeVarString(out, address);
    for (const part of parts) {
      if (typeof part === 'number') encoding.writeVarUint(out, part);
      else if (typeof part === 'string') encoding.writeVarString(out, part);
      else encoding.writeVarUint8Array(out, part);
    }
  });

export const openWireDevice = async (server: TestServer, person = server.person()): Promise<WireDevice> => {
  const socket = new WebSocket(server.url, { perMessageDeflate: false });
  const heardByAddress = new Map<string, Heard>();
  let closeCode: number | null = null;
  socket.on('error', () => {}); // told by `close`
  socket.on('close', (code) => {
    closeCode = code;
  });
  socket.on('message', (data: Buffer) => hear(heardByAddress, new Uint8Array(data)));
  await until(() => socket.readyState === WebSocket.OPEN, 'the socket');
  const sendFrame = (address: string, ...parts: readonly Part[]): void => socket.send(frameOf(address, ...parts));

  const open = async (address: string, token: string): Promise<Heard> => {
    const heard: Heard = { messages: [], states: [], ended: null };
    heardByAddress.set(address, heard);
    sendFrame(address, FRAME.auth, 0, token, '4.8.0');
    const isOpen = (): boolean => heard.messages.some(({ type }) => type === 'attached');
    await until(() => isOpen() || heard.ended !== null || closeCode !== null, `${address} to be open`);
    return heard;
  };
  const tokenFor = (name: string, options: AttachOptions): Promise<string> => {
    const parsed = parseDocName(name);
    return server.tokens.document(person, parsed === null ? name : journalOf(parsed), options);
  };
  let reads = 0;
  const readState = async (name: string, options: AttachOptions): Promise<Uint8Array> => {
    const address = `${name}\0read${reads++}`;
    const heard = await open(address, await tokenFor(name, options));
    sendFrame(address, FRAME.sync, SYNC.step1, Uint8Array.of(0));
    await until(() => heard.states.length > 0 || heard.ended !== null, `the state of ${name}`);
    sendFrame(address, FRAME.close);
    heardByAddress.delete(address);
    const [state] = heard.states;
    if (state === undefined) throw new Error(`${name} cannot be read: ${heard.ended}`);
    return state;
  };

  return {
    person,
    socket,
    get closeCode() {
      return closeCode;
    },
    attach: async (name, { session = 'wire', token, ...options } = {}) => {
      const address = session === '' ? name : `${name}\0${session}`;
      const shown = typeof token === 'string' ? token : await (token?.() ?? tokenFor(name, options));
      const heard = await open(address, shown);
      const of = <T extends ServerMessage['type']>(type: T): MessageOf<T>[] =>
        heard.messages.filter((message): message is MessageOf<T> => message.type === type);
      return {
        address,
        clientId: of('attached')[0]?.clientId ?? 0,
        get ended() {
          return heard.ended;
        },
        of,
        send: (update, kind = 'update') => sendFrame(address, FRAME.sync, SYNC[kind], update),
        sendFrame: (...parts) => sendFrame(address, ...parts),
        state: () => readState(name, options),
      };
    },
    sendFrame,
    close: () => socket.terminate(),
  };
};

const hear = (heardByAddress: ReadonlyMap<string, Heard>, frame: Uint8Array): void => {
  const decoder = decoding.createDecoder(frame);
  const heard = heardByAddress.get(decoding.readVarString(decoder));
  if (heard === undefined) return;
  const type = decoding.readVarUint(decoder);
  if (type === FRAME.stateless) {
    const message = parseServerMessage(decoding.readVarString(decoder));
    if (message.ok) heard.messages.push(message.value);
  } else if (type === FRAME.close) heard.ended = decoding.readVarString(decoder);
  else if (type === FRAME.auth && decoding.readVarUint(decoder) === 1) heard.ended = decoding.readVarString(decoder);
  else if ((type === FRAME.sync || type === FRAME.syncReply) && decoding.readVarUint(decoder) === SYNC.step2) {
    heard.states.push(decoding.readVarUint8Array(decoder));
  }
};
