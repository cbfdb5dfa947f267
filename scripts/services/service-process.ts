/**
 * A server as a child process with a folder of its own. It ends with this process, however this one ends: a shell beside
 * it waits on a pipe that only we hold open, and ends server and folder when that closes without a word.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ServicePlan {
  /** As one says it; also part of the folder's name. */
  readonly name: string;
  readonly command: string;
  /** `folder`: empty at first, kept over restarts, removed at the end. */
  args(folder: string): readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Asked again and again while it starts; may reject. */
  answers(): Promise<boolean>;
  /** How it is ended. SIGKILL, since nothing of it is kept, unless it has to clean up elsewhere. */
  readonly endSignal?: 'SIGTERM';
  /** How long it may take to answer; 30 s when not said. */
  readonly startLimitMs?: number;
}

export interface ServiceProcess {
  /** Undefined while it does not run. */
  pid(): number | undefined;
  /** The last that it printed. */
  output(): string;
  /** Again, on what it left in its folder. Resolves when it answers. @throws Error with its output when it does not */
  start(): Promise<void>;
  /** SIGKILL: nothing is closed or written. */
  kill(): Promise<void>;
  /** SIGTERM, to its end; gives the exit code, null when it did not run or was killed. */
  terminate(): Promise<number | null>;
  /** Connections stay open and nothing is answered, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Ends it and removes its folder. Idempotent. */
  close(): Promise<void>;
}

const LOOK_MS = 5;
const START_LIMIT_MS = 30_000;
const OUTPUT_KEPT = 10_000;

/** Becomes the server, so that the process id is the server's own; `$$` in the part that waits is that id too. */
const SHELL = `signal=$1 folder=$2; shift 2
(word=$(cat <&3); [ -n "$word" ] || { kill -s "$signal" $$; rm -rf -- "$folder"; }) >/dev/null 2>&1 &
exec "$@" 3<&-`;

export const startServiceProcess = async (plan: ServicePlan): Promise<ServiceProcess> => {
  const folder = mkdtempSync(join(tmpdir(), `kith-${plan.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-`));
  const service = createServiceProcess(plan, folder);
  try {
    await service.start();
  } catch (error) {
    await service.close();
    throw error;
  }
  return service;
};

const createServiceProcess = (plan: ServicePlan, folder: string): ServiceProcess => {
  let child: ChildProcess | undefined;
  let output = '';

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = child;
    if (ending === undefined) return null;
    const exited = once(ending, 'exit');
    ending.kill(signal);
    const [code] = await exited;
    return code;
  };

  return {
    pid: () => child?.pid,
    output: () => output,
    start: async () => {
      const started = spawnWatched(plan, folder);
      child = started;
      started.once('exit', () => {
        child = undefined;
      });
      for (const stream of [started.stdout, started.stderr]) {
        stream?.setEncoding('utf8').on('data', (chunk: string) => {
          output = (output + chunk).slice(-OUTPUT_KEPT);
        });
      }
      const complaint = await untilAnswering(plan, () => child === started);
      if (complaint !== null) throw new Error(`${plan.name} ${complaint}:\n${output}`);
    },
    kill: async () => void (await end('SIGKILL')),
    terminate: () => end('SIGTERM'),
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    close: async () => {
      await end(plan.endSignal ?? 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const spawnWatched = (plan: ServicePlan, folder: string): ChildProcess => {
  const signal = (plan.endSignal ?? 'SIGKILL').slice('SIG'.length);
  const child = spawn('sh', ['-c', SHELL, 'sh', signal, folder, plan.command, ...plan.args(folder)], {
    cwd: folder,
    env: { ...process.env, ...plan.env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // Ctrl-C in a terminal is for us, who then end it.
    detached: true,
  });
  const pipe = child.stdio[3] as Socket;
  // The watcher may be gone before the word reaches it, and then has nothing left to do.
  pipe.on('error', () => {});
  child.once('exit', () => pipe.end('ended'));
  return child;
};

/** Null when it answers, otherwise what became of it. */
const untilAnswering = async (plan: ServicePlan, isRunning: () => boolean): Promise<string | null> => {
  const limitMs = plan.startLimitMs ?? START_LIMIT_MS;
  const endMs = performance.now() + limitMs;
  while (performance.now() < endMs) {
    if (await plan.answers().catch(() => false)) return isRunning() ? null : 'ended, and something else has its port';
    if (!isRunning()) return 'ended before it answered';
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return `did not answer within ${limitMs} ms`;
};
