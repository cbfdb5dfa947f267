/**
 * The one file that knows Hocuspocus. It owns the sockets: who may open one, how large a frame and a backlog may be, when
 * a silent one is dead. What happens on documents is the extensions' matter. [SYN-1] [SYN-9] [FRN-8]
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Document, Hocuspocus } from '@hocuspocus/server';
import { LIMITS } from '@kith/schema/limits';
import { PROTOCOL_VERSION } from '@kith/schema/protocol-version';
import { formatReason } from '@kith/schema/refusal-reason';
import { CLOSE_CODES } from '@kith/schema/wire-error';
import { type WebSocket, WebSocketServer } from 'ws';
import { createBoundedPeers } from './bounded-peer.ts';
import { type Connected, createForeignSockets, YJS_PATH } from './foreign/foreign-sockets.ts';
import type { Tickets } from './foreign/tickets.ts';
import { addressOf } from './frame-address.ts';
import type { Intake } from './intake/intake.ts';
import type { SocketLimits } from './limits/socket-limits.ts';
import type { DocumentPeer } from './live/peer.ts';
import type { Timers } from './timers.ts';

export const SYNC_PATH = '/sync';
/** A socket that died is found, and its presence gone, within 45 s. */
const PING_MS = 15_000;
const MISSED_PINGS = 2;
const OVERRUN = formatReason('rate-limited', { limit: 'messages', retryAfterMs: 10_000 });
/** How long an idle document stays in memory after its last change. */
const WARM_MS = 3_000;
/** A document that changes without a pause is looked at for compaction this often. */
const STORE_MS = 30_000;

export interface Server {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Loads a document unless it is in memory, and keeps it there until the release. Rejects when it cannot be read. */
  hold(documentName: string): Promise<() => Promise<void>>;
  /** Unloads documents that nobody has open and that were held back earlier. */
  unloadIdle(): void;
  readonly sockets: number;
  /** Says goodbye to all sockets; resolves when the documents' connections are closed. */
  closeSockets(): Promise<void>;
  /** Ends all timers of documents. Nothing may be on its way to the store any more. */
  close(): Promise<void>;
}

interface ServerDeps {
  /** In the order in which their hooks run. */
  readonly extensions: NonNullable<ConstructorParameters<typeof Hocuspocus>[0]>['extensions'] & object;
  readonly intake: Intake;
  /** Origins of pages that may connect; programs, which send none, always may. */
  readonly allowedOrigins: readonly string[];
  readonly tickets: Tickets;
  readonly sockets: SocketLimits;
  /** By which sockets are counted. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly timers: Timers;
}

/** A document that was found for a connection stays until that has it: the engine would unload it in between. [SYN-6] */
class HeldHocuspocus extends Hocuspocus {
  readonly #handedOut = new Set<string>();

  override async createDocument(...request: Parameters<Hocuspocus['createDocument']>): Promise<Document> {
    const [name] = request;
    this.#handedOut.add(name);
    try {
      return await super.createDocument(...request);
    } finally {
      setImmediate(() => this.#handedOut.delete(name));
    }
  }

  override shouldUnloadDocument(document: Document): boolean {
    return !this.#handedOut.has(document.name) && super.shouldUnloadDocument(document);
  }
}

export const createServer = (deps: ServerDeps): Server => {
  const { extensions, intake, allowedOrigins, tickets, sockets, timers } = deps;
  const hocuspocus = createEngine(extensions);
  const wss = new WebSocketServer({ noServer: true, maxPayload: LIMITS.frameBytes, perMessageDeflate: false });
  const unanswered = new WeakMap<WebSocket, number>();
  /** More waits than an honest device ever sends without waiting for answers. */
  const isOverrun = (peer: DocumentPeer): boolean => (queueOf(peer) ?? 0) + intake.waiting(peer) > LIMITS.framesWaiting;
  /** The engine wants one; all sockets share it, since none of our hooks looks at it. Of an address it would keep a copy each. */
  const request = Object.defineProperty(new Request('http://sync/'), 'url', { value: '' });
  const bound = createBoundedPeers(timers);

  const connect = (ws: WebSocket, { peer, socket, read }: Connected) => {
    const connection = hocuspocus.handleConnection(peer, request, { socket });
    ws.on('pong', () => void unanswered.delete(ws));
    ws.on('message', (data, isBinary) => {
      unanswered.delete(ws);
      if (ws.readyState !== ws.OPEN) return; // what comes behind our closing
      if (!isBinary || !(data instanceof Buffer)) return ws.close(1003, 'binary only');
      const frame = read(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      const address = frame === null ? null : addressOf(frame);
      if (frame === null || address === null) return ws.close(1003, 'not of this protocol');
      const peer = socket.peers.get(address);
      if (peer !== undefined && isOverrun(peer)) return ws.close(CLOSE_CODES.tryLater, OVERRUN);
      if (peer !== undefined && intake.take(peer, frame)) connection.lastMessageReceivedAt = Date.now();
      else connection.handleMessage(frame);
    });
    ws.on('close', (code, reason) => connection.handleClose({ code, reason: String(reason) }));
    return connection;
  };
  const admitForeign = createForeignSockets({ tickets, sockets, timers, connect });

  const stopPinging = timers.every(PING_MS, () => pingAll(wss, unanswered));
  const unloadIdle = (): void => {
    for (const document of hocuspocus.documents.values()) {
      if (document.getConnectionsCount() === 0) void hocuspocus.unloadDocument(document);
    }
  };

  return {
    handleUpgrade: (request, socket, head) => {
      const url = URL.parse(request.url ?? '/', 'http://sync');
      const isForeign = url?.pathname.startsWith(YJS_PATH) === true;
      if (url === null || (url.pathname !== SYNC_PATH && !isForeign)) return refuseUpgrade(socket);
      wss.handleUpgrade(request, socket, head, (ws) => {
        ws.on('error', ignore);
        const { origin } = request.headers;
        if (origin !== undefined && !allowedOrigins.includes(origin))
          ws.close(CLOSE_CODES.foreignOrigin, 'foreign-origin');
        else if (isForeign) admitForeign({ ws, peer: bound(ws, socket), url, address: deps.addressOf(request) });
        else if (url.searchParams.get('v') !== String(PROTOCOL_VERSION)) {
          ws.close(CLOSE_CODES.protocolVersion, 'protocol-version');
        } else {
          const context = sockets.open(ws, deps.addressOf(request));
          connect(ws, { peer: bound(ws, socket), socket: context, read: wholeFrame });
        }
      });
    },
    hold: (documentName) => hold(hocuspocus, documentName),
    unloadIdle,
    get sockets() {
      return wss.clients.size;
    },
    closeSockets: async () => {
      stopPinging();
      const closed = [...wss.clients].map((ws) => new Promise((resolve) => ws.once('close', resolve)));
      for (const ws of wss.clients) ws.close(CLOSE_CODES.goingAway, 'going-away');
      const stopWaiting = timers.after(1_000, () => {
        for (const ws of wss.clients) ws.terminate();
      });
      await Promise.all(closed);
      stopWaiting();
    },
    close: async () => {
      wss.close();
      hocuspocus.flushPendingStores();
      await Promise.all([...hocuspocus.documents.values()].map((document) => hocuspocus.unloadDocument(document)));
      for (const document of hocuspocus.documents.values()) document.destroy();
    },
  };
};

/**
 * Does Hocuspocus still have messages of this connection? It keeps them in a list of its own, which this reads; where a
 * later version has none, it is always busy, and a test fails.
 */
export const isBusy = (connection: object): boolean => queueOf(connection) !== 0;

/** Messages of this connection that Hocuspocus has not handled; null where a later version keeps them elsewhere. */
const queueOf = (connection: object): number | null =>
  'messageQueue' in connection && Array.isArray(connection.messageQueue) ? connection.messageQueue.length : null;

/** Two pings without an answer, or anything else, and a socket is dead: a phone may miss one. */
const pingAll = (wss: WebSocketServer, unanswered: WeakMap<WebSocket, number>): void => {
  for (const ws of wss.clients) {
    const missed = unanswered.get(ws) ?? 0;
    if (missed >= MISSED_PINGS) ws.terminate();
    else if (ws.readyState === ws.OPEN) {
      unanswered.set(ws, missed + 1);
      ws.ping();
    }
  }
};

const createEngine = (extensions: ServerDeps['extensions']): Hocuspocus =>
  new HeldHocuspocus({
    extensions: [...extensions],
    quiet: true,
    debounce: WARM_MS,
    maxDebounce: STORE_MS,
    unloadImmediately: false,
    maxPendingDocuments: LIMITS.documentsPerSocket,
    maxUnauthenticatedQueueMessages: LIMITS.documentsPerSocket * 4,
    maxUnauthenticatedQueueSize: LIMITS.frameBytes * 4,
    yDocOptions: { gc: true, gcFilter: () => true },
  });

const hold = async (hocuspocus: Hocuspocus, documentName: string): Promise<() => Promise<void>> => {
  const connection = await hocuspocus.openDirectConnection(documentName);
  return () => connection.disconnect({ unloadImmediately: false });
};

/** Too large a frame, a reset: ws closes the socket, and `close` tells us. Made here, it keeps no upgrade request in memory. */
const ignore = (): void => {};

const wholeFrame = (frame: Uint8Array): Uint8Array => frame;

const refuseUpgrade = (socket: Duplex): void => {
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
};
