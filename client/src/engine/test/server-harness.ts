/** The real server as a child process on a free port with data of its own: it can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

export interface ServerHarness {
  /** The same over every restart. */
  readonly origin: string;
  start(): Promise<void>;
  /** SIGKILL: nothing is closed or stored that was not. */
  kill(): Promise<void>;
  /** Puts its documents aside, while it is killed. */
  backUpDocuments(): void;
  /** Its documents as they were put aside, under a new incarnation, as whoever restores must say. While it is killed. */
  restoreDocuments(): void;
  /** The same under the incarnation that they had: as if what came since had never become durable. */
  rewindDocuments(): void;
  output(): string;
  close(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../../../../scripts/serve/main.ts', import.meta.url));
const READY = 'Kith is ready at ';

/** Below the ports that the system gives to outgoing connections, so that the port can be opened again. */
const quietPort = (): number => 20_000 + Math.floor(Math.random() * 10_000);

export const startServer = async (): Promise<ServerHarness> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kith-engine-server-'));
  const backupDir = mkdtempSync(join(tmpdir(), 'kith-engine-backup-'));
  const port = quietPort();
  let child: ChildProcess | null = null;
  let output = '';

  const start = async (): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const started = spawn(process.execPath, [MAIN], {
      env: { ...process.env, PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    let printed = '';
    const collect = (chunk: Buffer): void => {
      printed += String(chunk);
      output += String(chunk);
      if (printed.includes(READY)) resolve();
    };
    started.stdout.on('data', collect);
    started.stderr.on('data', collect);
    started.once('close', () => reject(new Error(`the server did not start:\n${printed}`)));
    await promise;
  };
  const rewind = (): void => {
    for (const name of DOCUMENTS) rmSync(join(dataDir, name), { force: true });
    copyDocuments(backupDir, dataDir);
  };
  const kill = async (): Promise<void> => {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = once(ending, 'exit');
    ending.kill('SIGKILL');
    await exited;
  };
  await start();
  return {
    origin: `http://localhost:${port}`,
    start,
    kill,
    output: () => output,
    backUpDocuments: () => copyDocuments(dataDir, backupDir),
    rewindDocuments: rewind,
    restoreDocuments: () => {
      rewind();
      const database = new DatabaseSync(join(dataDir, DOCUMENTS[0]));
      database.exec("UPDATE meta SET value = value + 1 WHERE key = 'incarnation'");
      database.close();
    },
    close: async () => {
      await kill();
      for (const dir of [dataDir, backupDir]) rmSync(dir, { recursive: true, force: true });
    },
  };
};

/** The database and its write-ahead log, which a killed server leaves behind. */
const DOCUMENTS = ['sync.sqlite', 'sync.sqlite-wal'] as const;

const copyDocuments = (from: string, to: string): void => {
  for (const name of DOCUMENTS) if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name));
};
