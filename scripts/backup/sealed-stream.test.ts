import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openSealed, seal } from './sealed-stream.ts';
import { splitLines, splitPieces } from './split-bytes.ts';

const PIECE = 64 * 1024;
const SEALED_PIECE = PIECE + 16;
const PASSPHRASE = 'nine quiet herons by the weir';

const inChunks = async function* (bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
};
const whole = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
};
const sealed = (plain: Uint8Array): Promise<Buffer> => whole(seal(inChunks(plain, 10_000), PASSPHRASE));
const opened = (bytes: Uint8Array, passphrase = PASSPHRASE): Promise<Buffer> =>
  whole(openSealed(inChunks(bytes, 7_777), passphrase));

test('[BAK-6] what was sealed is opened with the same passphrase, whatever its length', async () => {
  for (const length of [0, 1, PIECE, PIECE + 1, 3 * PIECE]) {
    const plain = randomBytes(length);
    const bytes = await sealed(plain);
    expect(Buffer.compare(await opened(bytes), plain)).toBe(0);
    expect(length === 0 || !bytes.includes(plain.subarray(0, 16)) || length < 16).toBe(true);
  }
  await expect(opened(await sealed(randomBytes(9)), 'another one')).rejects.toThrow(/passphrase is another one/);
});

test('[BAK-6] what was changed, cut off, left out, added, moved or put together is not opened', async () => {
  const plain = randomBytes(3 * PIECE + 100);
  const bytes = await sealed(plain);
  const start = bytes.indexOf('\n') + 1;
  const piece = (n: number): Buffer => bytes.subarray(start + n * SEALED_PIECE, start + (n + 1) * SEALED_PIECE);
  const head = bytes.subarray(0, start);
  const flipped = (at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };
  const other = await sealed(plain);
  const otherStart = other.indexOf('\n') + 1;
  const broken: Readonly<Record<string, Buffer>> = {
    'a bit of the first piece': flipped(start + 5),
    'a bit of a tag': flipped(start + SEALED_PIECE - 1),
    'a bit of the last piece': flipped(bytes.length - 20),
    'a byte cut off': bytes.subarray(0, -1),
    'the last piece cut off': bytes.subarray(0, start + 3 * SEALED_PIECE),
    'a piece left out': Buffer.concat([head, piece(0), piece(2), piece(3)]),
    'pieces in another order': Buffer.concat([head, piece(1), piece(0), piece(2), piece(3)]),
    'a byte added': Buffer.concat([bytes, Buffer.of(0)]),
    'the last piece twice': Buffer.concat([bytes, piece(3)]),
    'a piece of another file': Buffer.concat([
      ...[head, piece(0), other.subarray(otherStart + SEALED_PIECE, otherStart + 2 * SEALED_PIECE)],
      ...[piece(2), piece(3)],
    ]),
    'nothing but the header': head,
  };
  for (const [what, changed] of Object.entries(broken)) {
    await expect(opened(changed), what).rejects.toThrow(/changed/);
  }
  await expect(opened(Buffer.from('{"kith":"sealed","format":2}\n'))).rejects.toThrow(/newer version/);
  await expect(opened(Buffer.from('{ no newline'))).rejects.toThrow(/no backup/);
}, 60_000);

test('[BAK-6] bytes are split into lines and pieces wherever chunks end', async () => {
  const text = Buffer.from('one\n\ntwo and more\nthree');
  for (const size of [1, 3, 100]) {
    const [lines, pieces]: [string[], [string, boolean][]] = [[], []];
    for await (const line of splitLines(inChunks(text, size))) lines.push(String(line));
    for await (const { bytes, isLast } of splitPieces(inChunks(text, size), 9)) pieces.push([String(bytes), isLast]);
    expect(lines).toEqual(['one', '', 'two and more', 'three']);
    expect(pieces).toEqual([
      ['one\n\ntwo ', false],
      ['and more\n', false],
      ['three', true],
    ]);
  }
});
