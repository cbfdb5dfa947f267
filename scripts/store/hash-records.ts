/** The hash of a stream of records: equal for equal stores. */
import { createHash } from 'node:crypto';
import { encodeRecord } from './record-lines.ts';
import type { StoreRecord } from './store-records.ts';

export interface RecordsHash {
  /** Passes the records on. */
  through(records: AsyncIterable<StoreRecord>): AsyncIterable<StoreRecord>;
  /** Once all went through. */
  digest(): string;
}

export const createRecordsHash = (): RecordsHash => {
  const hash = createHash('sha256');
  return {
    through: async function* (records) {
      for await (const record of records) {
        hash.update(`${encodeRecord(record)}\n`);
        yield record;
      }
    },
    digest: () => hash.digest('hex'),
  };
};
