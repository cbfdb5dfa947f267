/** One command to its end, in silence. */
import { spawn } from 'node:child_process';

export interface CommandOutcome {
  /** 127 when it could not be started; null when it was ended from outside, for example for taking too long. */
  readonly code: number | null;
  /** Both streams, in the order in which they came. */
  readonly output: string;
}

/** `env` comes on top of this process's own. */
export const runCommand = (
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>>; readonly limitMs: number },
): Promise<CommandOutcome> =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.limitMs,
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString().trim() }));
  });
