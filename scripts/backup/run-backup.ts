/** A backup as a person, or cron, sees it. [BAK-4] */
import { existsSync } from 'node:fs';
import { stampOf } from '../serve/incoming-files.ts';
import { readVersion } from '../serve/version.ts';
import type { CommandSurroundings } from '../store/command.ts';
import { watch } from '../store/copy-stores.ts';
import { openPlace } from '../store/place-address.ts';
import { createProgress } from '../store/progress.ts';
import { StoreError } from '../store/store-place.ts';
import { countUnits, readStoreRecords, sumOf } from '../store/store-records.ts';
import { withStores } from '../store/with-stores.ts';
import type { BackupArguments } from './backup-arguments.ts';
import { writeBackupFile } from './backup-file.ts';
import { encodeBackup } from './backup-lines.ts';

/** `passphrase` is asked only when all else is in order. @throws Error with a sentence; nothing is left then. */
export const runBackup = async (
  { file, place: address, isEncrypted }: BackupArguments,
  { print, isTerminal, now, signal }: CommandSurroundings,
  passphrase: () => Promise<string>,
): Promise<void> => {
  if (existsSync(file)) throw new StoreError(`${file} is there already. Choose another name.`);
  const createdAt = now();
  const place = await openPlace(address, stampOf(createdAt), { say: print });
  try {
    const sealedWith = isEncrypted ? await passphrase() : null;
    await withStores(await place.openBesideServer(), async (stores) => {
      const units = await countUnits(stores);
      const what = 'journals, conversations and people';
      const progress = createProgress({ print, isTerminal, now, total: sumOf(units), what });
      const header = { createdAt: new Date(createdAt).toISOString(), version: readVersion(), ...units };
      const records = watch(readStoreRecords(stores), signal, progress);
      await writeBackupFile(file, encodeBackup(header, records), sealedWith);
      progress.end(null);
    });
    print(`${file} has all of ${place.name}${isEncrypted ? ', under the passphrase' : ''}.\n`);
  } finally {
    await place.close();
  }
};
