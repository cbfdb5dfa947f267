/** Unpadded base64url (RFC 4648 §5), the one text form of bytes in our JSON. */
import { fromBase64UrlEncoded, toBase64UrlEncoded } from 'lib0/buffer';
import * as v from 'valibot';

const TEXT = /^[A-Za-z0-9_-]*$/;

export const bytesToBase64Url = (bytes: Uint8Array): string => toBase64UrlEncoded(bytes);

/** Null for anything but canonical base64url: padding, other alphabets and stray last bits are refused. */
export const parseBase64Url = (text: string): Uint8Array<ArrayBuffer> | null => {
  if (!TEXT.test(text) || text.length % 4 === 1) return null;
  const bytes = fromBase64UrlEncoded(text);
  return toBase64UrlEncoded(bytes) === text ? new Uint8Array(bytes) : null;
};

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
