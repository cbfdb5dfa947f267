/**
 * Sockets of y-websocket's clients: one document each, opened by the ticket in their address, brought to the engine in
 * translation. Limits are those of every socket, `server.ts` keeps them. [FRN-1] [FRN-9]
 */
import { formatDocName } from '@kith/schema/doc-name';
import { closeCodeOf } from '@kith/schema/wire-error';
import type { WebSocket } from 'ws';
import type { SocketLimits } from '../limits/socket-limits.ts';
import type { SocketContext } from '../live/peer.ts';
import type { Timers } from '../timers.ts';
import { createForeignWire, type EngineSocket } from './foreign-wire.ts';
import type { Tickets } from './tickets.ts';

/** Behind it a document's name. */
export const YJS_PATH = '/yjs/';
/** y-websocket leaves a server that says nothing for 30 s, the engine a client that does so for 60. */
const KEEP_ALIVE_MS = 15_000;

/** What the engine knows of a socket. `read` gives its frame for one that came, null for one that ends the socket. */
export interface Connected {
  readonly peer: EngineSocket;
  readonly socket: SocketContext;
  read(frame: Uint8Array): Uint8Array | null;
}

interface ForeignSocketsDeps {
  readonly tickets: Tickets;
  readonly sockets: SocketLimits;
  readonly timers: Timers;
  readonly connect: (ws: WebSocket, connected: Connected) => { handleMessage(frame: Uint8Array): void };
}

interface Arrived {
  readonly ws: WebSocket;
  /** The socket within its limits. */
  readonly peer: EngineSocket;
  readonly url: URL;
  readonly address: string;
}

export const createForeignSockets =
  ({ tickets, sockets, timers, connect }: ForeignSocketsDeps) =>
  ({ ws, peer, url: { pathname, searchParams }, address }: Arrived): void => {
    const grant = tickets.redeem(searchParams.get('ticket') ?? '', pathname.slice(YJS_PATH.length));
    if (!grant.ok) {
      ws.close(closeCodeOf(grant.error.type), grant.error.type);
      return;
    }
    const wire = createForeignWire(formatDocName(grant.value.name), peer);
    const socket = sockets.open(ws, address, grant.value);
    const connection = connect(ws, { peer: wire.socket, socket, read: wire.toEngine });
    connection.handleMessage(wire.opening);
    const stop = timers.every(KEEP_ALIVE_MS, () => {
      if (ws.readyState === ws.OPEN) connection.handleMessage(wire.keepAlive());
    });
    ws.once('close', stop);
  };
