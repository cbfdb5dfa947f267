/**
 * IndexedDB stores the whole buffer behind a view: an event of 200 bytes that was read out of a document's snapshot would
 * take the snapshot's size on the disk, in every row, and as long to read. What is put gets buffers of its own. [LOC-23]
 */
import type { DBCore, Middleware } from 'dexie';

export const ownBytesMiddleware: Middleware<DBCore> = {
  stack: 'dbcore',
  name: 'own-bytes',
  create: (core) => ({
    ...core,
    table: (name) => {
      const table = core.table(name);
      return {
        ...table,
        mutate: (request) =>
          table.mutate('values' in request ? { ...request, values: request.values.map(withOwnBytes) } : request),
      };
    },
  }),
};

/** `value` itself where nothing in it is a view on something larger. Looks into plain objects and arrays only. */
const withOwnBytes = <T>(value: T): T => {
  if (value instanceof Uint8Array) return (value.byteLength < value.buffer.byteLength ? value.slice() : value) as T;
  if (Array.isArray(value)) return (value.some(isObject) ? value.map(withOwnBytes) : value) as T;
  if (!isPlain(value)) return value;
  let copy: Record<string, unknown> | null = null;
  for (const [key, part] of Object.entries(value)) {
    const own = withOwnBytes(part);
    if (own === part) continue;
    copy ??= { ...value };
    copy[key] = own;
  }
  return (copy ?? value) as T;
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isPlain = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
