/** A conversation with a long past: `npm run import` as a person would run it, in a process of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '../../../scripts/bootstrap/node-24.mjs';

const IMPORT = fileURLToPath(new URL('../../../scripts/import.ts', import.meta.url));
const FIRST_MS = Date.UTC(2020, 0, 1);
const AUTHORS = ['guru', 'newcomer', 'crimsun', 'visitor'] as const;

/** `count` messages of one line to many, some minutes apart. Gives the link that invites to them. */
export const importHistory = async (url: string, count: number): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-import-'));
  try {
    const file = join(folder, 'history.jsonl');
    writeFileSync(file, Array.from({ length: count }, (_, n) => `${JSON.stringify(lineOf(n))}\n`).join(''));
    const args = ['--server', url, '--profile', join(folder, 'profile'), '--file', file, '--title', 'Archive'];
    const output = await run([...NODE_FLAGS, IMPORT, ...args]);
    const [link] = /http\S+\/join\/\S+/.exec(output) ?? [];
    if (link === undefined) throw new Error(`the import printed no link:\n${output}`);
    return link;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const lineOf = (n: number) => ({
  at: new Date(FIRST_MS + n * 7 * 60_000 + (n % 3) * 60_000).toISOString(),
  author: AUTHORS[(n >> 1) % AUTHORS.length],
  text: `line ${n} ${'and so on and on, '.repeat((n * 7) % 23)}`,
});

const run = async (args: readonly string[]): Promise<string> => {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the import ended with ${code}:\n${output}`);
  return output;
};
