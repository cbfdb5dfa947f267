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
  /** A peer that vanishes in the middle of the handshake is no error of ours. Stays as long as the socket: holds no request. */
  const onError = (error: Error): void => log.debug('socket failed', { error: error.message });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const handle = Object.entries(handlerByPath).find(([route]) => isAt(path, route))?.[1];
    socket.on('error', onError);
    if (handle === undefined) socket.destroy();
    else handle(request, socket, head);
  });
};

const isAt = (path: string, route: string): boolean => (route.endsWith('/') ? path.startsWith(route) : path === route);
