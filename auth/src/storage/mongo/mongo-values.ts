/** Bytes are written as they are and come back as the driver's `Binary`; everything else is the same on both sides. */
import { Binary, MongoServerError } from 'mongodb';

/** `T` is what was written: the collections are ours alone. */
export const fromMongo = <T>(value: unknown): T => toPlain(value) as T;

const toPlain = (value: unknown): unknown => {
  if (value instanceof Binary) return new Uint8Array(value.value());
  if (Array.isArray(value)) return value.map(toPlain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toPlain(inner)]));
};

/** Whether the document's place was free. */
export const isInserted = async (insert: Promise<unknown>): Promise<boolean> => {
  try {
    await insert;
    return true;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return false;
    throw error;
  }
};
const DUPLICATE_KEY = 11_000;
