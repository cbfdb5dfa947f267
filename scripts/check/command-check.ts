/** A check that is a tool of its own: its output is shown only when it fails. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface CommandResult {
  readonly code: number;
  readonly output: string;
}

/** `entry`: the tool's script inside node_modules. Both streams are kept in the order in which they came. */
export const runTool = (
  root: string,
  entry: string,
  args: readonly string[],
  folder: string = root,
): Promise<CommandResult> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', entry), ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    const finish = (code: number) => resolve({ code, output: Buffer.concat(chunks).toString().trim() });
    child.once('error', (error) => {
      chunks.push(Buffer.from(error.message));
      finish(127);
    });
    child.once('close', (code) => finish(code ?? 1));
  });
