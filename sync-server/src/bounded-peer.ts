/** A socket as Hocuspocus sees it: one that does not read is closed, in the end by force, instead of filling memory. [SYN-9] */
import type { Duplex } from 'node:stream';
import { LIMITS } from '@kith/schema/limits';
import { CLOSE_CODES } from '@kith/schema/wire-error';
import type { WebSocket } from 'ws';
import { createFrames } from './binary-frame.ts';
import type { EngineSocket } from './foreign/foreign-wire.ts';
import type { Timers } from './timers.ts';

/** How long a slow reader has to read that it is closed. */
const GOODBYE_MS = 2_000;

/** `socket` is the one under `ws`. All peers share the frames: what goes to many is framed once. */
export const createBoundedPeers = (timers: Timers) => {
  const frames = createFrames();
  return (ws: WebSocket, socket: Duplex): EngineSocket => ({
    get readyState(): number {
      return ws.readyState;
    },
    close: (code?: number, reason?: string): void => ws.close(code, reason),
    send: (message): void => {
      if (ws.bufferedAmount > LIMITS.socketBacklogBytes) closeSlowReader(ws, timers);
      else if (!(message instanceof Uint8Array) || message.length > frames.maxBytes) ws.send(message);
      else if (ws.readyState === ws.OPEN) socket.write(frames.of(message));
    },
  });
};

const closeSlowReader = (ws: WebSocket, timers: Timers): void => {
  ws.close(CLOSE_CODES.slowReader, 'slow-reader');
  ws.once(
    'close',
    timers.after(GOODBYE_MS, () => ws.terminate()),
  );
};
