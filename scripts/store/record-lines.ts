/**
 * Records as lines of JSON, whose bytes are `{"$base64": "…"}`: nothing else in a record has such a field. Whoever reads
 * lines knows by their hashes that they are as they were written. Fields are sorted, so equal records are equal lines.
 */
import type { StoreRecord } from './store-records.ts';

export const encodeRecord = (record: StoreRecord): string => JSON.stringify(record, encodeBytes);

/** @throws SyntaxError when the line is none. */
export const decodeRecord = (line: string): StoreRecord => JSON.parse(line, decodeBytes) as StoreRecord;

/** A buffer has become `{ type: 'Buffer', … }` before the replacer sees it, so the holder is asked. */
function encodeBytes(this: unknown, key: string, value: unknown): unknown {
  const given = (this as Readonly<Record<string, unknown>>)[key];
  if (given instanceof Uint8Array) return { $base64: Buffer.from(given).toString('base64') };
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const decodeBytes = (_key: string, value: unknown): unknown => {
  const text = value !== null && typeof value === 'object' && '$base64' in value ? value.$base64 : null;
  return typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'base64')) : value;
};
