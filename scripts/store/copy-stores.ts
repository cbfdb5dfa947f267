/** All of one place into another that is empty, and a look at whether it came out as it was. [BAK-3] */

import { createRecordsHash } from './hash-records.ts';
import type { Progress } from './progress.ts';
import { StoreError, type StorePlace } from './store-place.ts';
import {
  countUnits,
  isUnitEnd,
  readStoreRecords,
  type StoreRecord,
  sumOf,
  writeStoreRecords,
} from './store-records.ts';
import { withStores } from './with-stores.ts';

export interface Copying {
  readonly from: StorePlace;
  readonly to: StorePlace;
  readonly stamp: string;
  readonly signal: AbortSignal;
  /** Journals, conversations and accounts, written first and then compared: each counts twice. */
  readonly startProgress: (total: number) => Progress;
}

/** @throws StoreError when the target is in use or came out differently; the target is then as it was. */
export const copyStores = async ({ from, to, stamp, signal, startProgress }: Copying): Promise<void> => {
  if (await to.isUsed())
    throw new StoreError(`${to.name} is not empty. Copy to where no server ever was, or remove what is there.`);
  const [source, target] = [createRecordsHash(), createRecordsHash()];
  const progress = await withStores(await from.open(), async (stores) => {
    const started = startProgress(2 * sumOf(await countUnits(stores)));
    const records = source.through(watch(readStoreRecords(stores), signal, started));
    await withStores(await to.openIncoming(), (incoming) => writeStoreRecords(incoming, records));
    return started;
  });
  await withStores(await to.reopenIncoming(), async (stores) => {
    for await (const _ of target.through(watch(readStoreRecords(stores), signal, progress)));
  });
  if (source.digest() !== target.digest())
    throw new StoreError(`What was written to ${to.name} is not what was read from ${from.name}; nothing was changed.`);
  await to.accept(stamp);
  progress.end(null);
};

/** Tells of each unit, and ends the stream when somebody wants it to end. */
export const watch = async function* (
  records: AsyncIterable<StoreRecord>,
  signal: AbortSignal,
  progress: Progress,
): AsyncGenerator<StoreRecord> {
  for await (const record of records) {
    signal.throwIfAborted();
    if (isUnitEnd(record)) progress.count();
    yield record;
  }
};
