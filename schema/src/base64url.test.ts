import { expect, test } from 'vitest';
import { bytesToBase64Url, parseBase64Url } from './base64url.ts';

const bytesOfLength = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, i) => (i * 89 + length * 31) % 256);

test('[ID-1] bytes of every length are written as Node writes them, and read back', () => {
  for (const length of [...Array(100).keys(), 767, 768, 769, 65_536]) {
    const bytes = bytesOfLength(length);
    const text = Buffer.from(bytes).toString('base64url');
    expect(bytesToBase64Url(bytes)).toBe(text);
    expect(parseBase64Url(text)).toEqual(bytes);
  }
});

test('[ID-1] padding, other alphabets, impossible lengths and stray last bits are refused', () => {
  for (const text of ['AA==', 'A', 'AAAAA', 'A+A/', 'AB', 'AAB', 'AA A', 'AAé', 'A\u0000', 'AA\u{1f600}']) {
    expect(parseBase64Url(text), text).toBeNull();
  }
});
