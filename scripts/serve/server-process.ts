/**
 * The real server as a child process with a data folder of its own, for tests and benches: it can be stopped, killed in
 * the middle of anything, and started again on the same port and data.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SERVER_FLAGS } from '../bootstrap/node-24.mjs';
import { quietPort } from '../services/ports.ts';

export interface ServerProcess {
  /** The same over every restart. */
  readonly url: string;
  readonly dataDir: string;
  /** Undefined while it does not run. */
  pid(): number | undefined;
  /** Everything that it printed since the first start. */
  output(): string;
  /** Resolves when it is ready. @throws Error with its output when it ends instead. */
  start(): Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL: nothing is closed. */
  kill(): Promise<void>;
  /** Kills it when it runs and removes the data folder. */
  close(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const READY = /^Kith is ready at (\S+)$/m;

/** Starts on a free port with an empty data folder. `env` overrides this process's environment. */
export const startServer = async (env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kith-server-'));
  for (let attempts = 0; ; attempts++) {
    const server = createServerProcess(dataDir, quietPort(), env);
    try {
      await server.start();
      return server;
    } catch (error) {
      if (attempts >= 5 || !server.output().includes('is taken by')) throw error;
    }
  }
};

const createServerProcess = (dataDir: string, port: number, env: Readonly<Record<string, string>>): ServerProcess => {
  let child: ChildProcess | undefined;
  let output = '';

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = child;
    if (ending === undefined) return null;
    const exited = ending.exitCode === null && ending.signalCode === null ? once(ending, 'exit') : null;
    ending.kill(signal);
    await exited;
    child = undefined;
    return ending.exitCode;
  };

  return {
    url: `http://localhost:${port}`,
    dataDir,
    pid: () => child?.pid,
    output: () => output,
    start: async () => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const started = spawn(process.execPath, [...SERVER_FLAGS, MAIN], {
        env: { ...process.env, PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      let printed = '';
      const collect = (chunk: string): void => {
        output += chunk;
        printed += chunk;
        if (READY.test(printed)) resolve();
      };
      started.stdout.setEncoding('utf8').on('data', collect);
      started.stderr.setEncoding('utf8').on('data', collect);
      started.once('close', (code) =>
        reject(new Error(`the server ended with ${code} before it was ready:\n${printed}`)),
      );
      await promise;
    },
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    close: async () => {
      await end('SIGKILL');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
