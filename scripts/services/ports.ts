/**
 * Ports for servers of tests: below those that the system gives to outgoing connections. A client that keeps trying to
 * reach a stopped server could otherwise connect to itself and keep the port from being opened again.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export const quietPort = (): number => 20_000 + Math.floor(Math.random() * 10_000);

/** One on which nobody listens on loopback at this moment. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = quietPort();
    const server = createServer();
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening');
      return port;
    } catch {
      // Taken: another one is tried, there are thousands.
    } finally {
      server.close();
    }
  }
};

/** Whether somebody takes connections at a port of loopback. */
export const isTaken = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};
