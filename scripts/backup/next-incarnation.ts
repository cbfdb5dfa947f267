/**
 * The incarnation of a store that was restored. Devices that see another one than they know ask again for everything
 * and bring what the server lacks; so it must be one that no device ever saw. Servers restored elsewhere, or lost, may
 * have had more than the backup and the data in use know of, but none had the seconds of now. [BAK-7]
 */
import type { StoreRecord } from '../store/store-records.ts';

export const nextIncarnation = (known: {
  readonly ofBackup: number;
  /** Null where there is none, or none that can be read. */
  readonly inUse: number | null;
  readonly now: number;
}): number => Math.max(known.ofBackup + 1, (known.inUse ?? 0) + 1, Math.floor(known.now / 1_000));

export const inIncarnation = async function* (
  records: AsyncIterable<StoreRecord>,
  incarnation: number,
): AsyncGenerator<StoreRecord> {
  for await (const record of records) {
    const isStore = 'documents' in record && record.documents.type === 'store';
    yield isStore ? { documents: { type: 'store', incarnation } } : record;
  }
};
