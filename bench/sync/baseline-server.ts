/**
 * What the whole server is measured against, each in its own process: `ws`, a relay that parses nothing, and
 * `hocuspocus`, the same CRDT path in memory with neither tokens, guard nor log. Prints its port, then serves.
 */
import { Server } from '@hocuspocus/server';
import { WebSocketServer } from 'ws';

const relay = (): Promise<number> =>
  new Promise((resolve) => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    server.on('connection', (socket) =>
      socket.on('message', (data, binary) => {
        for (const client of server.clients) if (client !== socket) client.send(data, { binary });
      }),
    );
    server.on('listening', () => resolve((server.address() as { port: number }).port));
  });

const hocuspocus = async (): Promise<number> => {
  const server = new Server({ port: 0, address: '127.0.0.1', quiet: true, timeout: 600_000 });
  await server.listen();
  return server.address.port;
};

const port = await (process.argv[2] === 'ws' ? relay() : hocuspocus());
process.stdout.write(`${JSON.stringify({ port })}\n`);
