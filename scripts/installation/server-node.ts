/** One of an installation's server processes: what `ROLES` says, on the installation's MongoDB and Redis. */
import { fileURLToPath } from 'node:url';
import { SERVER_FLAGS } from '../bootstrap/node-24.mjs';
import { freePort, isTaken } from '../services/ports.ts';
import { type ServiceProcess, startServiceProcess } from '../services/service-process.ts';

export interface ServerNode {
  readonly name: string;
  readonly url: string;
  readonly process: ServiceProcess;
  health(): Promise<{ readonly status: string; readonly parts: Readonly<Record<string, { readonly status: string }>> }>;
}

const MAIN = fileURLToPath(new URL('../serve/main.ts', import.meta.url));

/** Resolves when it says that it is well. */
export const startServerNode = async (name: string, env: Readonly<Record<string, string>>): Promise<ServerNode> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const process_ = await startServiceProcess({
    name,
    command: process.execPath,
    args: () => [...SERVER_FLAGS, MAIN],
    // its data are in its own folder, where it runs
    env: { LOG_LEVEL: 'info', ...env, PORT: `${port}`, HOST: '127.0.0.1', DATA_DIR: 'data', TRUSTED_PROXIES: '1' },
    answers: async () => (await isTaken(port)) && (await fetch(`${url}/health`)).ok,
  });
  return { name, url, process: process_, health: async () => (await fetch(`${url}/health`)).json() };
};
