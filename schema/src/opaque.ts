/**
 * Values that people write and the server only carries: titles, account values. The first byte says how to read the
 * rest: 0 = UTF-8 in clear; 1 is reserved for sealed. [DOC-4]
 */
const CLEAR = 0;
const utf8 = new TextDecoder('utf-8', { fatal: true });

export const encodeOpaqueText = (text: string): Uint8Array<ArrayBuffer> => {
  const bytes = new TextEncoder().encode(text);
  const out = new Uint8Array(bytes.length + 1);
  out[0] = CLEAR;
  out.set(bytes, 1);
  return out;
};

/** Null when this version cannot read it: made by a newer one, or not text. */
export const decodeOpaqueText = (bytes: Uint8Array): string | null => {
  if (bytes[0] !== CLEAR) return null;
  try {
    return utf8.decode(bytes.subarray(1));
  } catch {
    return null; // not UTF-8: shown as unreadable, the bytes stay where they are
  }
};
