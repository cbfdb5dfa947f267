/** Whether the sync server takes a socket: one that is refused is told why, any other is answered. */
import { headName } from '@kith/schema/doc-name';
import { type ConversationId, createId } from '@kith/schema/ids';
import { PROTOCOL_VERSION } from '@kith/schema/protocol-version';
import * as encoding from 'lib0/encoding';

const AUTH = 2;
const TOKEN = 0;

/** `answer`: `open`, or code and reason of the closing. */
export const askSocket = (origin: string, forwardedFor: string): { socket: WebSocket; answer: Promise<string> } => {
  const url = `${origin.replace('http', 'ws')}/sync?v=${PROTOCOL_VERSION}`;
  // Node's own takes headers, which the type of browsers does not say
  const socket = new WebSocket(url, { headers: { 'x-forwarded-for': forwardedFor } } as never);
  const { promise: answer, resolve } = Promise.withResolvers<string>();
  socket.addEventListener('close', ({ code, reason }) => resolve(`${code} ${reason}`));
  socket.addEventListener('message', () => resolve('open'));
  socket.addEventListener('open', () => socket.send(question()));
  return { socket, answer };
};

/** The beginning of the protocol, with a token that opens nothing: the answer says so. */
const question = (): Uint8Array<ArrayBuffer> =>
  encoding.encode((encoder) => {
    encoding.writeVarString(encoder, headName(createId<ConversationId>((bytes) => crypto.getRandomValues(bytes))));
    encoding.writeVarUint(encoder, AUTH);
    encoding.writeVarUint(encoder, TOKEN);
    encoding.writeVarString(encoder, 'no token');
  });
