/** The product as `npm start` runs it, on a free port and a temporary folder of data. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ServerProcess, startServerProcess } from './server-process.ts';

export interface KithServer extends ServerProcess {
  /** `http://localhost:<port>`. */
  readonly origin: string;
}

const MAIN = fileURLToPath(new URL('../../scripts/serve/main.ts', import.meta.url));

/** `stop` removes the data too. */
export const startKithServer = async (): Promise<KithServer> => {
  const data = await mkdtemp(join(tmpdir(), 'kith-bench-'));
  const env = { PORT: '0', DATA_DIR: data, LOG_LEVEL: 'error' };
  const server = await startServerProcess(MAIN, [], env, readyPort);
  return {
    ...server,
    origin: `http://localhost:${server.port}`,
    stop: async () => {
      await server.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
};

const readyPort = (line: string): number | null => {
  const [, port] = /Kith is ready at http:\/\/localhost:(\d+)/.exec(line) ?? [];
  return port === undefined ? null : Number(port);
};
