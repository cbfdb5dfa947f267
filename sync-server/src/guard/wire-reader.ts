/**
 * Reads lib0's number and text encodings strictly: bounded, never past the end, integers in their shortest form only.
 * Every method throws a GuardError `update-malformed` on what an honest encoder would not write. [GRD-2]
 */
import { refuse } from './guard-error.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const MAX_UNIT = 2 ** 53;

export class WireReader {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  u8(): number {
    const value = this.bytes[this.at];
    if (value === undefined) return malformed('truncated');
    this.at++;
    return value;
  }

  uint(max: number = Number.MAX_SAFE_INTEGER): number {
    let byte = this.u8();
    let value = byte & 127;
    for (let unit = 128; byte > 127; unit *= 128) {
      byte = this.u8();
      value += (byte & 127) * unit;
      if (byte === 0) malformed('integer not in its shortest form');
      if (unit >= MAX_UNIT) malformed('integer out of range');
    }
    return value > max ? malformed('integer out of range') : value;
  }

  /** Sign and magnitude, as lib0's `writeVarInt`; only its validity matters here. */
  skipSigned(): void {
    let byte = this.u8();
    let value = byte & 63;
    for (let unit = 64; byte > 127; unit *= 128) {
      byte = this.u8();
      value += (byte & 127) * unit;
      if (byte === 0) malformed('integer not in its shortest form');
      if (value > Number.MAX_SAFE_INTEGER) malformed('integer out of range');
    }
  }

  /** A view on the next `count` bytes. */
  take(count: number): Uint8Array {
    const from = this.at;
    this.skip(count);
    return this.bytes.subarray(from, this.at);
  }

  skip(count: number): void {
    if (count > this.left) malformed('truncated');
    this.at += count;
  }

  text(maxBytes: number): string {
    const length = this.uint();
    if (length > maxBytes) malformed('name too long');
    return decodeText(this.take(length));
  }

  /** Checks a text without building it where it is plain ASCII. */
  skipText(): void {
    const bytes = this.take(this.uint());
    for (const byte of bytes) {
      if (byte > 127) {
        decodeText(bytes);
        return;
      }
    }
  }
}

const decodeText = (bytes: Uint8Array): string => {
  try {
    return utf8.decode(bytes);
  } catch {
    return malformed('not UTF-8');
  }
};

export const malformed = (detail: string): never => refuse('update-malformed', detail);
