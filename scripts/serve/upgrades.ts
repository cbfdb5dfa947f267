/** WebSocket upgrades by path; others are cut off before they cost anything. [RUN-4] */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from './log.ts';

export type HandleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export const routeUpgrades = (
  server: Server,
  /** A path that ends in a slash stands for all that begin with it. */
  handlerByPath: Readonly<Record<string, HandleUpgrade>>,
  log: Log,
): void => {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const isAt = (route: string): boolean => (route.endsWith('/') ? path.startsWith(route) : path === route);
    const handle = Object.entries(handlerByPath).find(([route]) => isAt(route))?.[1];
    // A peer that vanishes in the middle of the handshake is no error of ours.
    socket.on('error', (error) => log.debug('socket failed', { error: error.message }));
    if (handle === undefined) socket.destroy();
    else handle(request, socket, head);
  });
};
