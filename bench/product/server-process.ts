/** A server in a process of its own: started, asked for its port, measured by the system's accounting, stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface ServerProcess {
  readonly port: number;
  /** User and system time so far, ms. */
  cpuMs(): number;
  rssBytes(): number;
  stop(): Promise<void>;
}

/** `readPort` finds the port in a line of the child's output; null means: not this line. */
export const startServerProcess = async (
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  readPort: (line: string) => number | null,
): Promise<ServerProcess> => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = readPort(line);
      if (found !== null) resolve(found);
    });
  });
  return { port, cpuMs: () => cpuMs(child), rssBytes: () => rssBytes(child), stop: () => stop(child) };
};

const CLOCK_TICK_MS = 10;

const cpuMs = ({ pid }: ChildProcess): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS;
};

const rssBytes = ({ pid }: ChildProcess): number => {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
};

const stop = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
