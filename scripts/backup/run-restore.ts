/** A restore as a person sees it: the whole file is checked, written beside the data in use, and put in its place. */

import { stampOf } from '../serve/incoming-files.ts';
import type { CommandSurroundings } from '../store/command.ts';
import { watch } from '../store/copy-stores.ts';
import { openPlace } from '../store/place-address.ts';
import { createProgress, type Progress } from '../store/progress.ts';
import { StoreError, type StorePlace } from '../store/store-place.ts';
import { type StoreRecord, sumOf, writeStoreRecords } from '../store/store-records.ts';
import { withStores } from '../store/with-stores.ts';
import type { RestoreArguments } from './backup-arguments.ts';
import { isSealed, readBackupFile } from './backup-file.ts';
import type { DecodedBackup } from './backup-lines.ts';
import { inIncarnation, nextIncarnation } from './next-incarnation.ts';

/** @throws Error with a sentence; nothing is changed then. [BAK-5] [BAK-7] */
export const runRestore = async (
  { file, place: address, replaces }: RestoreArguments,
  surroundings: CommandSurroundings,
  passphrase: () => Promise<string>,
): Promise<void> => {
  const { print, now, signal } = surroundings;
  const openedWith = (await isSealed(file)) ? await passphrase() : null;
  const { createdAt, incarnation } = await readBackupFile(file, openedWith, (backup) => check(backup, surroundings));
  print(`${file}, of ${createdAt}, is as it was written.\n`);
  const stamp = stampOf(now());
  const place = await openPlace(address, stamp, { say: print });
  try {
    const isUsed = await place.isUsed();
    if (isUsed && address.type === 'mongo' && !replaces)
      throw new StoreError(`${place.name} is not empty. Stop its servers, then run this again with --replace.`);
    const inUse = isUsed ? await incarnationInUse(place, print) : null;
    const next = nextIncarnation({ ofBackup: incarnation, inUse, now: now() });
    await readBackupFile(file, openedWith, async ({ header, records }) => {
      const progress = startProgress(surroundings, sumOf(header), 'written');
      const incoming = inIncarnation(watch(records, signal, progress), next);
      await withStores(await place.openIncoming(), (stores) => writeStoreRecords(stores, incoming));
      progress.end(null);
    });
    const kept = await place.accept(stamp);
    print(`${place.name} is as it was on ${createdAt}. What devices have written since they bring by themselves.\n`);
    if (kept !== null) print(`What was there before is kept in ${kept}; remove it when you are sure.\n`);
  } finally {
    await place.close();
  }
};

const startProgress = ({ print, isTerminal, now }: CommandSurroundings, total: number, done: string): Progress =>
  createProgress({ print, isTerminal, now, total, what: `journals, conversations and people ${done}` });

/** Reads it to its end. */
const check = async ({ header, records }: DecodedBackup, surroundings: CommandSurroundings) => {
  const progress = startProgress(surroundings, sumOf(header), 'checked');
  let incarnation = 1;
  for await (const record of watch(records, surroundings.signal, progress))
    incarnation = ofStore(record) ?? incarnation;
  progress.end(null);
  return { createdAt: header.createdAt, incarnation };
};

const ofStore = (record: StoreRecord): number | null =>
  'documents' in record && record.documents.type === 'store' ? record.documents.incarnation : null;

/** Null where what is in use cannot be read: that may be why it is to be replaced. */
const incarnationInUse = async (place: StorePlace, print: (text: string) => void): Promise<number | null> => {
  try {
    return await withStores(await place.open(), ({ documents }) => documents.incarnation());
  } catch (error) {
    if (error instanceof StoreError) throw error;
    print(`What is there cannot be read: ${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
};
