/**
 * Servers that many test files share: started when the first one asks, ended together. Tests run in processes of their
 * own and ask over HTTP: `GET /<name>` answers with the server's URL, or with 503 and why there is none.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Service } from './service.ts';

export interface ServiceBroker {
  readonly url: string;
  /** Stops what was started. */
  close(): Promise<void>;
}

export const createServiceBroker = async (
  starters: Readonly<Record<string, () => Promise<Service>>>,
): Promise<ServiceBroker> => {
  const started = new Map<string, Promise<Service>>();
  const service = (name: string): Promise<Service> => {
    const known = started.get(name);
    if (known !== undefined) return known;
    const starting = starters[name]?.() ?? Promise.reject(new Error(`there is no service ${name}`));
    started.set(name, starting);
    return starting;
  };
  const server = createServer((request, response) => {
    service((request.url ?? '').slice(1)).then(
      ({ url }) => response.end(url),
      (error: unknown) => response.writeHead(503).end(sentenceOf(error)),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      await closeServer(server);
      for (const outcome of await Promise.allSettled(started.values())) {
        if (outcome.status === 'fulfilled') await outcome.value.stop();
      }
    },
  };
};

const closeServer = async (server: Server): Promise<void> => {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
};

const sentenceOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${sentenceOf(error.cause)}`;
};
