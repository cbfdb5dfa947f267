/** `npm run import` as a person would run it, in a process of its own. */
import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGunzip, createGzip } from 'node:zlib';
import { NODE_FLAGS } from '../../scripts/bootstrap/node-24.mjs';

const IMPORT = fileURLToPath(new URL('../../scripts/import.ts', import.meta.url));
/** 196,123 messages of the #ubuntu channel; where it comes from stands in the README beside it. `BENCH_HISTORY`: elsewhere. */
export const HISTORY_FILE =
  process.env['BENCH_HISTORY'] ?? fileURLToPath(new URL('../../../shared/data/ubuntu-irc.jsonl.gz', import.meta.url));
export const HISTORY_MESSAGES = 196_123;

/** The first `lines` of the history, as a file of the same form. */
export const writeHistorySlice = (lines: number, file: string): Promise<void> =>
  pipeline(firstLines(lines), createGzip(), createWriteStream(file));

/** With their ends. */
export async function* firstLines(count: number): AsyncGenerator<string> {
  const source = createReadStream(HISTORY_FILE);
  const text = source.pipe(createGunzip());
  let left = count;
  try {
    for await (const line of createInterface({ input: text })) {
      if (left-- <= 0) return;
      yield `${line}\n`;
    }
  } finally {
    source.destroy();
    text.destroy();
  }
}

export interface ImportRun {
  readonly elapsedMs: number;
  /** What it printed, for the invitation's link at its end. */
  readonly output: string;
}

export const runImport = async (server: string, profile: string, file: string): Promise<ImportRun> => {
  const args = ['--server', server, '--profile', profile, '--file', file, '--title', '#ubuntu'];
  const start = performance.now();
  const child = spawn(process.execPath, [...NODE_FLAGS, IMPORT, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the import ended with ${code}:\n${output}`);
  return { elapsedMs: performance.now() - start, output };
};
