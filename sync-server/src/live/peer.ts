/**
 * One document's connection of one socket, as the engine (Hocuspocus) gives it: structural, so that only `server.ts`
 * knows the engine. `session` is one object for the connection's life; renewing its token changes it in place.
 */
import type { DocName, JournalName } from '@kith/schema/doc-name';
import type { AccountId, DeviceId } from '@kith/schema/ids';
import { formatReason } from '@kith/schema/refusal-reason';
import type { ServerMessageJson } from '@kith/schema/sync-message';
import type { Scope } from '@kith/schema/token-claims';
import type { Limited, WireErrorCode } from '@kith/schema/wire-error';
import type { Grant } from '../foreign/tickets.ts';
import type { LiveDocument } from './live-documents.ts';

export interface PeerSession {
  readonly account: AccountId;
  readonly device: DeviceId;
  /** `bulk` in the import segments that this device opened, and nowhere else. */
  readonly scope: Scope;
  readonly name: DocName;
  readonly journal: JournalName;
  perm: 'read' | 'write';
  /** ms since 1970. */
  expiresAtMs: number;
}

export interface SocketContext {
  /** What is attached over this socket, by the address that frames begin with. */
  readonly peers: Map<string, DocumentPeer>;
  /** Of a foreign client's socket: what its ticket was for. It shows no token. */
  readonly grant?: Grant;
  close(code: number, reason: string): void;
}

export const createSocketContext = (close: SocketContext['close'], grant?: Grant): SocketContext => ({
  peers: new Map(),
  close,
  ...(grant === undefined ? {} : { grant }),
});

export interface PeerContext {
  readonly socket: SocketContext;
  readonly session: PeerSession;
}

export interface Peer {
  readonly context: PeerContext;
  /** What its frames begin with: the document's name, and behind a zero the session of the provider. */
  readonly messageAddress: string;
  readonly webSocket: { close(code?: number, reason?: string): void };
  sendStateless(text: string): void;
  close(event?: { code: number; reason: string }): void;
}

/** A connection with what it is attached to. */
export interface DocumentPeer extends Peer {
  readonly document: LiveDocument;
}

export const sendMessage = (peer: Peer, message: ServerMessageJson): void =>
  peer.sendStateless(JSON.stringify(message));

/** Ends one document's connection; the socket and its other documents stay. The reason is a code of `WIRE_ERRORS`. */
export const closePeer = (peer: Peer, reason: WireErrorCode): void => peer.close({ code: 4403, reason });

/** Thrown in those hooks of the engine where a throw refuses. No Error: the engine prints what it catches, with its stack. */
export class HookRefusal {
  readonly code = 4403;
  readonly reason: string;

  constructor(code: WireErrorCode, limited: Limited | null = null) {
    this.reason = formatReason(code, limited);
  }
}
