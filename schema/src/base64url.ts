/**
 * Unpadded base64url (RFC 4648 §5), the one text form of bytes in our JSON. Written out here because it runs in Node,
 * pages and workers alike, of which no platform function and no library of ours serves all three.
 */
import * as v from 'valibot';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Made in one piece: a text that grows by pieces keeps them all, and ids are kept by the thousand. */
export const bytesToBase64Url = (bytes: Uint8Array): string => {
  const codes = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let shift = 18; shift >= 0 && at < codes.length; shift -= 6) codes[at++] = CODES[(bits >> shift) & 63] ?? 0;
  }
  return codes.length <= FEW ? String.fromCharCode.apply(null, codes as unknown as number[]) : ascii.decode(codes);
};

/** Null for anything but canonical base64url: padding, other alphabets and stray last bits are refused. */
export const parseBase64Url = (text: string): Uint8Array<ArrayBuffer> | null => {
  if (text.length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let count = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const value = valueOfDigit(text.charCodeAt(i));
    if (value === NO_DIGIT) return null;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[at++] = bits >> count;
  }
  return (bits & ((1 << count) - 1)) === 0 ? bytes : null;
};

const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
/** So many codes may be arguments of one call everywhere; for few that is the fastest way. */
const FEW = 1_024;
const ascii = new TextDecoder();

const NO_DIGIT = 255;
const VALUES = new Uint8Array(128).fill(NO_DIGIT);
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value;
const valueOfDigit = (code: number): number => VALUES[code] ?? NO_DIGIT;

/** Bytes in JSON, between `min` and `max` bytes long. */
export const Base64UrlBytes = (min: number, max: number) =>
  v.pipe(
    v.string(),
    v.maxLength(Math.ceil((max * 4) / 3)),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const bytes = parseBase64Url(dataset.value);
      if (bytes !== null && bytes.length >= min && bytes.length <= max) return bytes;
      addIssue({ message: `base64url of ${min} to ${max} bytes` });
      return NEVER;
    }),
  );
