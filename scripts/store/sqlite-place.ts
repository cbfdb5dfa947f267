/** A data folder. Whoever takes its stores or replaces them holds it; a backup of a running server holds nothing. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type DataFolder, openDataFolder } from '../serve/data-folder.ts';
import { acceptIncoming, dropIncoming, incomingFolder, placeRestored, STORE_FILES } from '../serve/incoming-files.ts';
import { openStores, type Stores } from '../serve/stores.ts';
import { type PlaceDeps, StoreError, type StorePlace } from './store-place.ts';

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export const createSqlitePlace = (folder: string, stamp: string, { say }: PlaceDeps): StorePlace => {
  let held: DataFolder | null = null;
  let copies: string | null = null;
  const open = (dataDir: string): Promise<Stores> => openStores({ dataDir, database: undefined, log });
  const isThere = (): boolean => Object.values(STORE_FILES).some((name) => existsSync(join(folder, name)));

  const hold = (): void => {
    if (held !== null) return;
    const opened = openDataFolder(folder);
    if (!opened.ok && opened.error.type === 'folder-in-use')
      throw new StoreError(`${folder} is in use by a Kith that runs. Stop it, then run the same command again.`);
    if (!opened.ok) throw new StoreError(opened.error.message);
    held = opened.value;
    placeRestored(folder, stamp);
  };

  return {
    name: folder,
    isUsed: async () => {
      if (existsSync(folder)) hold();
      return isThere();
    },
    open: async () => {
      if (!isThere()) throw notThere(folder);
      hold();
      return open(folder);
    },
    openBesideServer: async () => {
      if (!isThere()) throw notThere(folder);
      copies ??= mkdtempSync(join(folder, 'backup-'));
      // documents first: accounts know at least the conversations and devices that are in the documents
      for (const name of [STORE_FILES.documents, STORE_FILES.accounts])
        copyFile(join(folder, name), join(copies, name));
      return open(copies);
    },
    openIncoming: async () => {
      hold();
      if (dropIncoming(folder)) say(`A copy into ${folder} was interrupted; it begins anew.\n`);
      mkdirSync(incomingFolder(folder), { mode: 0o700 });
      return open(incomingFolder(folder));
    },
    reopenIncoming: () => open(incomingFolder(folder)),
    accept: async () => {
      const wasThere = isThere();
      acceptIncoming(folder);
      placeRestored(folder, stamp);
      return wasThere ? `${folder}/*.before-restore-${stamp}` : null;
    },
    close: async () => {
      if (copies !== null) rmSync(copies, { recursive: true, force: true });
      if (held !== null) dropIncoming(folder);
      held?.release();
      held = null;
    },
  };
};

const notThere = (folder: string): StoreError => new StoreError(`${folder} is not the data folder of a Kith server.`);

/** One read transaction, which writers do not wait for: a copy page by page would begin anew with each of their commits. */
const copyFile = (from: string, to: string): void => {
  const db = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
  try {
    db.prepare('VACUUM INTO ?').run(to);
  } finally {
    db.close();
  }
};
