/** A history file, plain or gzipped: its identity, its number of lines, its lines. Never whole in memory. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type ImportLine, type ReadLine, readLine } from '@kith/client/engine';

export interface HistoryFile {
  /** Hash of what it says, the same for a packed and an unpacked one. */
  readonly source: string;
  readonly lines: number;
}

const NEWLINE = 10;

const open = (file: string): Readable => {
  const raw = createReadStream(file);
  if (!file.endsWith('.gz')) return raw;
  const unpacked = createGunzip();
  raw.on('error', (error) => unpacked.destroy(error));
  return raw.pipe(unpacked);
};

/** @throws Error when it cannot be read */
export const inspectHistoryFile = async (file: string): Promise<HistoryFile> => {
  const digest = createHash('sha256');
  let lines = 0;
  let last = NEWLINE;
  for await (const chunk of open(file) as AsyncIterable<Buffer>) {
    digest.update(chunk);
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
    last = chunk.at(-1) ?? last;
  }
  return { source: digest.digest('hex'), lines: last === NEWLINE ? lines : lines + 1 };
};

export class BrokenLineError extends Error {
  override readonly name = 'BrokenLineError';
}

/** Lines that can be read. `broken` is told of the others; when it says so the import ends. @throws BrokenLineError */
export const readHistoryFile = async function* (
  file: string,
  broken: (error: Extract<ReadLine, { ok: false }>['error']) => 'stop' | 'skip',
): AsyncGenerator<ImportLine> {
  let number = 0;
  for await (const text of createInterface({ input: open(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (text.trim() === '') continue;
    const line = readLine(text, number);
    if (line.ok) yield line.value;
    else if (broken(line.error) === 'stop')
      throw new BrokenLineError(`Stopped at line ${number}: ${line.error.detail}`);
  }
};
