/**
 * y-websocket's protocol on one side, the engine's on the other. A socket is one document there, so it ends with the
 * document's connection; our stateless messages have no place in it, and what they refuse is said as y-websocket says
 * that something is forbidden. [FRN-3] [FRN-5] [FRN-6]
 *
 *   client                      engine, behind the document's address
 *   0 sync, 1 awareness  ◀───▶  the same
 *   3 query awareness     ───▶  the same
 *   2 permission denied   ◀───  5 stateless: `rejected`
 *   close                 ◀───  2 auth: denied, 7 close
 */
import { formatReason, parseReason } from '@kith/schema/refusal-reason';
import { parseServerMessage } from '@kith/schema/sync-message';
import { closeCodeOf, WIRE_ERRORS, type WireErrorCode } from '@kith/schema/wire-error';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

const SYNC = 0;
const AWARENESS = 1;
const AUTH = 2;
const QUERY_AWARENESS = 3;
const STATELESS = 5;
const CLOSE = 7;
const AUTH_TOKEN = 0;
const AUTH_DENIED = 1;
const CLIENT_DENIED = 0;
/** The last of sync's three messages. */
const SYNC_UPDATE = 2;
/** An awareness update about nobody. */
const NOTHING = Uint8Array.of(AWARENESS, 1, 0);

/** A socket as the engine uses it. */
export interface EngineSocket {
  readonly readyState: number;
  close(code?: number, reason?: string): void;
  send(message: string | ArrayBufferLike | Blob | ArrayBufferView): void;
}

export interface ForeignWire {
  /** What the engine is given instead of the client's socket. */
  readonly socket: EngineSocket;
  /** The first frame for the engine: it asks for a token, and then finds the ticket's grant. */
  readonly opening: Uint8Array;
  /** For the engine, null when a frame is none of y-websocket's. */
  toEngine(frame: Uint8Array): Uint8Array | null;
  /** Either side takes one that hears nothing for dead. Says nothing to both; gives the engine's frame. */
  keepAlive(): Uint8Array;
}

export const createForeignWire = (document: string, client: EngineSocket): ForeignWire => {
  const address = encoding.encode((encoder) => encoding.writeVarString(encoder, document));
  const addressed = (frame: Uint8Array): Uint8Array => {
    const whole = new Uint8Array(address.length + frame.length);
    whole.set(address);
    whole.set(frame, address.length);
    return whole;
  };
  const end = (reason: string, otherwise: WireErrorCode): void => {
    const known = parseReason(reason) ?? { code: otherwise, limited: null };
    client.close(closeCodeOf(known.code), formatReason(known.code, known.limited));
  };

  const pass = (frame: Uint8Array): void => {
    const decoder = decoding.createDecoder(frame);
    const type = decoding.readVarUint(decoder);
    if (type === SYNC || type === AWARENESS) client.send(frame);
    else if (type === STATELESS) tellRefusal(client, decoding.readVarString(decoder));
    else if (type === AUTH) {
      if (decoding.readVarUint(decoder) === AUTH_DENIED) end(decoding.readVarString(decoder), 'internal');
    } else if (type === CLOSE) {
      // without a code of ours the engine failed at reading what came
      end(decoding.readVarString(decoder), 'bad-request');
    }
  };

  return {
    socket: {
      get readyState() {
        return client.readyState;
      },
      close: (code, reason) => client.close(code, reason),
      send: (frame) => {
        if (frame instanceof Uint8Array) pass(frame.subarray(address.length));
      },
    },
    opening: addressed(Uint8Array.of(AUTH, AUTH_TOKEN, 0)),
    toEngine: (frame) => (isFrame(frame) ? addressed(frame) : null),
    keepAlive: () => {
      client.send(NOTHING);
      return addressed(NOTHING);
    },
  };
};

/** Whole, and of a type that clients send: the engine prints what it cannot read. */
const isFrame = (frame: Uint8Array): boolean => {
  try {
    const decoder = decoding.createDecoder(frame);
    const type = decoding.readVarUint(decoder);
    if (type === QUERY_AWARENESS) return !decoding.hasContent(decoder);
    const isKnown = type === AWARENESS || (type === SYNC && decoding.readVarUint(decoder) <= SYNC_UPDATE);
    if (!isKnown) return false;
    decoding.readVarUint8Array(decoder);
    return !decoding.hasContent(decoder);
  } catch {
    return false; // shorter than it says: the socket ends, which tells its client
  }
};

const tellRefusal = (client: EngineSocket, text: string): void => {
  const message = parseServerMessage(text);
  if (!message.ok || message.value.type !== 'rejected') return;
  const { code, detail, limit, retryAfterMs } = message.value;
  const limited =
    limit === undefined || retryAfterMs === undefined ? undefined : `${limit}, again in ${retryAfterMs} ms`;
  const more = [detail, limited].filter((one) => one !== undefined).map((one) => ` (${one})`);
  client.send(
    encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, AUTH);
      encoding.writeVarUint(encoder, CLIENT_DENIED);
      encoding.writeVarString(encoder, `${code}: ${WIRE_ERRORS[code].sentence}${more.join('')}`);
    }),
  );
};
