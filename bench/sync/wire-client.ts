/**
 * A client on the wire only: raw WebSocket and the handshake of the protocol, no CRDT, so that the server is what is
 * measured. Messages carry `~@` and seven digits, found again in whatever bytes arrive.
 */
import { PROTOCOL_VERSION } from '@kith/schema/protocol-version';
import type { ClientMessage } from '@kith/schema/sync-message';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import WebSocket from 'ws';

const MARK = Buffer.from('~@');
const DIGITS = 7;
const IS_NUMBER = /^\d{7}$/;
const FRAME = { sync: 0, auth: 2, stateless: 5, close: 7 } as const;
const DENIED = 1;
const IS_ANSWER = /^\{"type":"(?:stored|rejected)"/;
const PROVIDER_VERSION = '4.8.0';

/** Where a server that is reached at `base` takes sockets. */
export const syncUrl = (base: string): string => `${base.replace('http', 'ws')}/sync?v=${PROTOCOL_VERSION}`;

export const mark = (seq: number): string => `~@${String(seq).padStart(DIGITS, '0')}`;

export interface WireClient {
  send(frame: Uint8Array | string): void;
  /** Authenticates a document; resolves once the server admits it, with the client id it issues (Kith only). Rejects with its reason. */
  open(document: string, token: string): Promise<number>;
  /** Another token for a document that is open. */
  renew(document: string, token: string): void;
  leave(document: string): void;
  /** A message of the protocol beside the document. */
  tell(document: string, message: ClientMessage): void;
  close(): void;
}

export interface WireListener {
  /** A message with this number arrived, in whatever frame. */
  onMessage(seq: number): void;
  /** Own events of a document are durable, in the order in which they were sent, with their arrivals (Kith only). */
  onStored?(events: readonly StoredEvent[]): void;
  /** Own events were refused (Kith only). */
  onRejected?(code: string): void;
}

type Opening = Map<string, { readonly resolve: (clientId: number) => void; readonly reject: (cause: Error) => void }>;

type StoredEvent = readonly [eventId: string, arrival: number];

/**
 * `issuesClientIds`: wait for Kith's `attached` message, not only for the authentication. A socket that the server closes
 * ends the process: nothing measured after that would be what it says.
 */
export const connectWire = async (
  url: string,
  issuesClientIds: boolean,
  listener: WireListener,
): Promise<WireClient> => {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const opened: Opening = new Map();
  let isLeft = false;
  socket.on('message', (data: Buffer) => {
    reportMarks(data, listener);
    if (opened.size > 0) handleOpening(data, opened, issuesClientIds);
    if (listener.onStored !== undefined) handleAnswer(data, listener);
  });
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.once('close', (code, reason) => {
    if (!isLeft) throw new Error(`the server closed a socket: ${code} ${reason}`);
  });
  return {
    send: (frame) => socket.send(frame),
    open: (document, token) =>
      new Promise((resolve, reject) => {
        opened.set(document, { resolve, reject });
        socket.send(authFrame(document, token));
      }),
    renew: (document, token) => socket.send(authFrame(document, token)),
    leave: (document) => socket.send(closeFrame(document)),
    tell: (document, message) => socket.send(statelessFrame(document, JSON.stringify(message))),
    close: () => {
      isLeft = true;
      socket.terminate();
    },
  };
};

export const updateFrame = (document: string, update: Uint8Array): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarString(encoder, document);
    encoding.writeVarUint(encoder, FRAME.sync);
    encoding.writeVarUint(encoder, 2);
    encoding.writeVarUint8Array(encoder, update);
  });

const authFrame = (document: string, token: string): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarString(encoder, document);
    encoding.writeVarUint(encoder, FRAME.auth);
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarString(encoder, token);
    encoding.writeVarString(encoder, PROVIDER_VERSION);
  });

const statelessFrame = (document: string, text: string): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarString(encoder, document);
    encoding.writeVarUint(encoder, FRAME.stateless);
    encoding.writeVarString(encoder, text);
  });

const closeFrame = (document: string): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarString(encoder, document);
    encoding.writeVarUint(encoder, FRAME.close);
  });

const reportMarks = (data: Buffer, listener: WireListener): void => {
  let at = data.indexOf(MARK);
  while (at !== -1) {
    const digits = data.toString('latin1', at + MARK.length, at + MARK.length + DIGITS);
    if (IS_NUMBER.test(digits)) listener.onMessage(Number(digits)); // random bytes may look like the beginning of a mark
    at = data.indexOf(MARK, at + MARK.length + DIGITS);
  }
};

const handleAnswer = (data: Buffer, listener: WireListener): void => {
  const decoder = decoding.createDecoder(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  decoding.readVarString(decoder);
  if (decoding.readVarUint(decoder) !== FRAME.stateless) return;
  const text = decoding.readVarString(decoder);
  if (!IS_ANSWER.test(text)) return; // notices are many and long
  const message: { type: string; events?: StoredEvent[]; code?: string } = JSON.parse(text);
  if (message.type === 'stored') listener.onStored?.(message.events ?? []);
  else listener.onRejected?.(message.code ?? '');
};

const handleOpening = (data: Buffer, opened: Opening, issuesClientIds: boolean): void => {
  const decoder = decoding.createDecoder(new Uint8Array(data));
  const document = decoding.readVarString(decoder);
  const type = decoding.readVarUint(decoder);
  const opening = opened.get(document);
  if (opening === undefined) return;
  if (type === FRAME.auth) {
    const isDenied = decoding.readVarUint(decoder) === DENIED;
    if (isDenied) opening.reject(new Error(`${document} was refused: ${decoding.readVarString(decoder)}`));
    else if (issuesClientIds) return;
    else opening.resolve(0);
    opened.delete(document);
  }
  if (issuesClientIds && type === FRAME.stateless) {
    const message: { type: string; clientId: number } = JSON.parse(decoding.readVarString(decoder));
    if (message.type !== 'attached') return;
    opened.delete(document);
    opening.resolve(message.clientId);
  }
};
