/**
 * A stream under a passphrase: the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár (Online Authenticated-
 * Encryption and its Nonce-Reuse Misuse-Resistance, CRYPTO 2015) with AES-256-GCM, the key by scrypt. Pieces are
 * numbered, and the last one says that it is: what was changed, left out, cut off, added or put elsewhere is not opened.
 * The header is authenticated with every piece. [BAK-6]
 *
 *   sealed = header in JSON, newline, piece*
 *   piece  = AES-256-GCM (64 KiB of the stream; the last: what is left), 16 bytes of tag
 *   nonce  = 7 bytes of the header, number from 0 (4 bytes, big endian), 1 for the last piece, else 0
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import * as v from 'valibot';
import { BackupFileError } from './backup-file-error.ts';
import { splitPieces } from './split-bytes.ts';

const CIPHER = 'aes-256-gcm';
const PIECE_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const PREFIX_BYTES = 7;
/** 128 MiB and a good half second: tries cost whoever guesses as much. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1 } as const;
const SCRYPT_MAX_BYTES = 256 * 1024 * 1024;
const MAX_HEADER_BYTES = 4_096;

/** What a stream that is sealed begins with, as one that is packed never does. */
export const SEALED_START = '{';

const Header = v.object({
  kith: v.literal('sealed'),
  format: v.literal(1),
  kdf: v.literal('scrypt 131072 8 1'),
  cipher: v.literal(CIPHER),
  salt: v.pipe(v.string(), v.base64()),
  nonce: v.pipe(v.string(), v.base64()),
});
type Header = v.InferOutput<typeof Header>;

export const seal = async function* (plain: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Buffer> {
  const header: Header = {
    ...{ kith: 'sealed', format: 1, kdf: 'scrypt 131072 8 1', cipher: CIPHER },
    salt: randomBytes(SALT_BYTES).toString('base64'),
    nonce: randomBytes(PREFIX_BYTES).toString('base64'),
  };
  const head = Buffer.from(JSON.stringify(header));
  const key = await deriveKey(passphrase, header);
  yield Buffer.concat([head, Buffer.from('\n')]);
  let number = 0;
  for await (const { bytes, isLast } of splitPieces(plain, PIECE_BYTES)) {
    const cipher = createCipheriv(CIPHER, key, nonceOf(header, number++, isLast)).setAAD(head);
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }
};

/** @throws BackupFileError at the first piece that is not what and where it was, or under another passphrase. */
export const openSealed = async function* (
  sealed: AsyncIterable<Uint8Array>,
  passphrase: string,
): AsyncGenerator<Buffer> {
  const { head, rest } = await takeHeader(sealed);
  const header = parseHeader(head);
  const key = await deriveKey(passphrase, header);
  let number = 0;
  for await (const { bytes, isLast } of splitPieces(rest, PIECE_BYTES + TAG_BYTES)) {
    const body = bytes.subarray(0, Math.max(0, bytes.length - TAG_BYTES));
    try {
      const decipher = createDecipheriv(CIPHER, key, nonceOf(header, number, isLast)).setAAD(head);
      decipher.setAuthTag(bytes.subarray(body.length));
      yield Buffer.concat([decipher.update(body), decipher.final()]);
    } catch {
      throw new BackupFileError(
        number === 0
          ? 'the passphrase is another one, or the file was changed'
          : `it was changed or cut off after ${number * PIECE_BYTES} bytes of what it holds`,
      );
    }
    number++;
  }
};

const deriveKey = (passphrase: string, { salt }: Header): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { ...SCRYPT, maxmem: SCRYPT_MAX_BYTES };
    scrypt(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), KEY_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });

const nonceOf = ({ nonce }: Header, number: number, isLast: boolean): Buffer => {
  const counted = Buffer.alloc(5);
  counted.writeUInt32BE(number);
  counted[4] = isLast ? 1 : 0;
  return Buffer.concat([Buffer.from(nonce, 'base64'), counted]);
};

const parseHeader = (head: Buffer): Header => {
  try {
    return v.parse(Header, JSON.parse(head.toString('utf8')));
  } catch {
    throw new BackupFileError('it is no backup, or of a newer version of Kith');
  }
};

const takeHeader = async (
  sealed: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: Buffer; readonly rest: AsyncIterable<Uint8Array> }> => {
  const chunks = sealed[Symbol.asyncIterator]();
  let begun = Buffer.alloc(0);
  while (!begun.includes('\n') && begun.length < MAX_HEADER_BYTES) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    begun = Buffer.concat([begun, value]);
  }
  const end = begun.indexOf('\n');
  if (end < 0) throw new BackupFileError('it is no backup');
  const rest = async function* (): AsyncGenerator<Uint8Array> {
    yield begun.subarray(end + 1);
    yield* { [Symbol.asyncIterator]: () => chunks };
  };
  return { head: begun.subarray(0, end), rest: rest() };
};
