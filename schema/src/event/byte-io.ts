/** Bounded reading and writing of bytes. A reader never throws: it goes into `failed` and then returns zeros. */

const MAX_SAFE_PREFIX = 2 ** 46;

export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  u8(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) {
      this.failed = true;
      return 0;
    }
    this.#at++;
    return value;
  }

  /** A view, or an empty array when there are not that many. */
  bytes(count: number): Uint8Array {
    if (this.failed || count > this.#bytes.length - this.#at) {
      this.failed = true;
      return EMPTY;
    }
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** Big-endian, `width` bytes, at most 7. */
  uint(width: number): number {
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + this.u8();
    return value;
  }

  /** LEB128 in its shortest form, up to a safe integer. */
  varuint(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 127) * unit;
      if (byte < 128) {
        if ((byte === 0 && unit > 1) || !Number.isSafeInteger(value)) this.failed = true;
        return this.failed ? 0 : value;
      }
      if (unit > MAX_SAFE_PREFIX) {
        this.failed = true;
        return 0;
      }
      unit *= 128;
    }
  }
}
const EMPTY = new Uint8Array(0);

export class ByteWriter {
  #buffer = new Uint8Array(256);
  #length = 0;

  u8(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  uint(value: number, width: number): void {
    for (let i = width - 1; i >= 0; i--) this.u8(Math.floor(value / 256 ** i) % 256);
  }

  varuint(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.u8(128 | (rest % 128));
      rest = Math.floor(rest / 128);
    }
    this.u8(rest);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + count));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
