/** WebSocket upgrades by exact path; others are cut off before they cost anything. [RUN-4] */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from './log.ts';

export type HandleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export const routeUpgrades = (
  server: Server,
  handlerByPath: Readonly<Record<string, HandleUpgrade>>,
  log: Log,
): void => {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const handle = Object.hasOwn(handlerByPath, path) ? handlerByPath[path] : undefined;
    // A peer that vanishes in the middle of the handshake is no error of ours.
    socket.on('error', (error) => log.debug('socket failed', { error: error.message }));
    if (handle === undefined) socket.destroy();
    else handle(request, socket, head);
  });
};
