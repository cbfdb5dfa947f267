/**
 * A backup on disk: lines packed with gzip, and sealed where there is a passphrase. A file of this name is whole: it is
 * written under another one, flushed, and renamed. [BAK-4]
 */
import { createReadStream, existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { StoreError } from '../store/store-place.ts';
import { BackupFileError } from './backup-file-error.ts';
import { type DecodedBackup, decodeBackup } from './backup-lines.ts';
import { openSealed, SEALED_START, seal } from './sealed-stream.ts';
import { splitLines } from './split-bytes.ts';

/** @throws StoreError when there is such a file. */
export const writeBackupFile = async (
  file: string,
  lines: AsyncIterable<string>,
  passphrase: string | null,
): Promise<void> => {
  if (existsSync(file)) throw new StoreError(`${file} is there already. Choose another name.`);
  const partial = `${file}.partial-${process.pid}`;
  try {
    const handle = await open(partial, 'wx', 0o600);
    const target = handle.createWriteStream({ flush: true });
    if (passphrase === null) await pipeline(lines, createGzip(), target);
    else await pipeline(lines, createGzip(), (packed: AsyncIterable<Uint8Array>) => seal(packed, passphrase), target);
    await rename(partial, file);
    await flushFolder(dirname(file));
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
};

/** @throws Error when it cannot be read. */
export const isSealed = async (file: string): Promise<boolean> => {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, 0);
    return bytesRead === 1 && buffer.toString('latin1') === SEALED_START;
  } finally {
    await handle.close();
  }
};

/**
 * Reads it once from its beginning to its end, and closes it.
 * @throws BackupFileError, with the file's name, as soon as something is not as it was written.
 */
export const readBackupFile = async <T>(
  file: string,
  passphrase: string | null,
  read: (backup: DecodedBackup) => Promise<T>,
): Promise<T> => {
  const raw = createReadStream(file);
  const packed = passphrase === null ? raw : Readable.from(openSealed(raw, passphrase), { objectMode: false });
  const unpacked = createGunzip();
  packed.on('error', (error: Error) => unpacked.destroy(error));
  packed.pipe(unpacked);
  try {
    return await read(await decodeBackup(splitLines(unpacked)));
  } catch (error) {
    throw explain(file, error);
  } finally {
    for (const stream of [unpacked, packed, raw]) stream.destroy();
  }
};

const explain = (file: string, error: unknown): unknown => {
  if (error instanceof BackupFileError) return new BackupFileError(`${file}: ${error.message}`);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') return new BackupFileError(`${file}: it is cut off`);
  if (code === 'Z_DATA_ERROR') return new BackupFileError(`${file}: it is no backup, or it is damaged`);
  return error;
};

const flushFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
