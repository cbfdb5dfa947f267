/** What an engine says to its server: requests by their path, documents opened, bytes on its connections. */
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import * as decoding from 'lib0/decoding';

export interface TrafficCount {
  /** With ids left out of their paths: `GET /api/conversations/:id/arrivals`. */
  readonly requests: Readonly<Record<string, number>>;
  readonly attaches: number;
  /** Both ways, headers and frames included, TCP's own not. */
  readonly bytes: number;
}

export interface Traffic {
  readonly fetch: typeof globalThis.fetch;
  readonly WebSocket: typeof globalThis.WebSocket;
  /** Since the last time. */
  take(): TrafficCount;
}

const AUTH_FRAME = 2;
const ID = /[\w-]{22}/g;

/** Counts the bytes of all connections of this process. */
export const createTraffic = (): Traffic => {
  const sockets = new Set<Socket>();
  let bytesBefore = 0;
  let requests: Record<string, number> = {};
  let attached = new Set<string>();
  subscribe('net.client.socket', (message) => void sockets.add((message as { socket: Socket }).socket));
  const bytes = (): number =>
    [...sockets].reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0);

  class CountingWebSocket extends WebSocket {
    override send(data: Parameters<WebSocket['send']>[0]): void {
      const document = data instanceof Uint8Array ? openedBy(data) : null;
      if (document !== null) attached.add(document);
      super.send(data);
    }
  }

  return {
    fetch: (input, init) => {
      const path = `${init?.method ?? 'GET'} ${new URL(String(input)).pathname.replaceAll(ID, ':id')}`;
      requests[path] = (requests[path] ?? 0) + 1;
      return fetch(input, init);
    },
    WebSocket: CountingWebSocket,
    take: () => {
      const count = { requests, attaches: attached.size, bytes: bytes() - bytesBefore };
      requests = {};
      attached = new Set();
      bytesBefore += count.bytes;
      return count;
    },
  };
};

/** The document that a frame shows a token for. */
const openedBy = (frame: Uint8Array): string | null => {
  const decoder = decoding.createDecoder(frame);
  const document = decoding.readVarString(decoder);
  return decoding.readVarUint(decoder) === AUTH_FRAME ? document : null;
};
