/** Streams of bytes as lines, and as pieces of one size of which the last is known to be the last. */

const NEWLINE = 10;

/** Without their ends. What comes after the last newline is a line too. */
export const splitLines = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let begun: Uint8Array[] = [];
  for await (const chunk of source) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      yield Buffer.concat([...begun, chunk.subarray(from, at)]);
      begun = [];
      from = at + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
  }
  if (begun.length > 0) yield Buffer.concat(begun);
};

export interface Piece {
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

/** The last one is between nothing and `size` long. */
export const splitPieces = async function* (source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Piece> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    waiting.push(chunk);
    length += chunk.length;
    if (length <= size) continue;
    const bytes = Buffer.concat(waiting);
    let from = 0;
    for (; bytes.length - from > size; from += size) yield { bytes: bytes.subarray(from, from + size), isLast: false };
    waiting = [bytes.subarray(from)];
    length = bytes.length - from;
  }
  yield { bytes: Buffer.concat(waiting), isLast: true };
};
