/**
 * The one WebSocket to the server and whether it is open. Documents are linked anew after each opening. [CON-1]
 *
 *   stopped ── start ──▶ connecting ──▶ open ──▶ connecting (after a random delay, or at once on `online`)
 *                            ▲            │ told to try later
 *                            └─ waiting ◀─┘ for as long as the server said and a little more, whatever is asked [LIM-4]
 */
import { PROTOCOL_VERSION } from '@kith/schema/protocol-version';
import { parseReason } from '@kith/schema/refusal-reason';
import { CLOSE_CODES } from '@kith/schema/wire-error';
import type { EngineDeps } from '../engine-deps.ts';
import { createListeners } from '../listeners.ts';
import { SyncSocket } from './sync-socket.ts';

export interface Connection {
  readonly isOpen: boolean;
  /** Hocuspocus' socket, for links. */
  readonly socket: SyncSocket;
  onChange(listener: (isOpen: boolean) => void): () => void;
  /** The server closed it for good: the session is over or not accepted. */
  onEnded(listener: () => void): () => void;
  start(): void;
  /** Closes and does not reconnect until `start`. */
  pause(): void;
  /** The socket may be half open: begin anew at once. */
  reopen(): void;
  close(): void;
}

/** Silence after which the socket is given up; heartbeats come more often than this. */
const SILENCE_MS = 25_000;
const MIN_DELAY_MS = 200;
/** Of a server that does not say how long. */
const UNTOLD_MS = 60_000;

export const createConnection = (deps: Pick<EngineDeps, 'server' | 'WebSocket' | 'random' | 'timers'>): Connection => {
  const changes = createListeners<boolean>();
  const endings = createListeners<void>();
  let isOpen = false;
  let isWanted = false;
  let cancelWait: (() => void) | null = null;

  const wait = (reason: string): void => {
    socket.shouldConnect = false;
    const ms = parseReason(reason)?.limited?.retryAfterMs ?? UNTOLD_MS;
    cancelWait = deps.timers.after(ms + randomUpTo(deps, ms / 4), () => {
      cancelWait = null;
      if (isWanted) void socket.connect();
    });
  };
  const setOpen = (next: boolean): void => {
    if (isOpen === next) return;
    isOpen = next;
    changes.tell(next);
  };

  const socket = new SyncSocket({
    url: socketUrl(deps.server),
    autoConnect: false,
    WebSocketPolyfill: deps.WebSocket,
    messageReconnectTimeout: SILENCE_MS,
    // the library takes no delay below its smallest
    delay: MIN_DELAY_MS + randomUpTo(deps, 1_300),
    minDelay: MIN_DELAY_MS,
    maxDelay: 15_000,
    factor: 1.7,
    // the status is told before the socket is ready to take documents
    onStatus: ({ status }) => (status === 'connected' ? queueMicrotask(() => setOpen(isUp())) : setOpen(false)),
    onClose: ({ event }) => {
      if (event.code === CLOSE_CODES.tryLater) return wait(event.reason);
      const isFinal = event.code === CLOSE_CODES.sessionEnded || event.code === CLOSE_CODES.foreignOrigin;
      if (!isFinal) return;
      socket.shouldConnect = false;
      endings.tell();
    },
  });
  const isUp = (): boolean => socket.webSocket?.readyState === 1;

  return {
    get isOpen() {
      return isOpen;
    },
    socket,
    onChange: changes.add,
    onEnded: endings.add,
    start: () => {
      isWanted = true;
      if (cancelWait === null) void socket.connect();
    },
    pause: () => {
      isWanted = false;
      socket.cut();
      setOpen(false);
    },
    reopen: () => {
      if (socket.shouldConnect) socket.reopen();
    },
    close: () => {
      isWanted = false;
      cancelWait?.();
      socket.destroy();
      setOpen(false);
    },
  };
};

const socketUrl = (server: string): string => {
  const url = new URL(`/sync?v=${PROTOCOL_VERSION}`, server);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
};

/** So that devices of one server do not come back all at once. */
const randomUpTo = ({ random }: Pick<EngineDeps, 'random'>, ms: number): number => {
  const [byte = 0] = random(new Uint8Array(1));
  return Math.floor((byte / 256) * ms);
};
