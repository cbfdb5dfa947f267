/**
 * Stores that come in beside those in use, and take their place. What is written to `incoming` counts for nothing; when
 * it is whole it becomes `restored` in one step, and from then on whoever holds the data folder puts it in place.
 * [BAK-5]
 *
 *   incoming/ ── whole, on the disk ──▶ restored/ ── old files aside, new ones in ──▶ gone
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The names of the stores' files in a data folder. */
export const STORE_FILES = { accounts: 'auth.sqlite', documents: 'sync.sqlite' } as const;

/** What SQLite keeps beside a file that was not closed belongs to it. */
const SIDES = ['', '-wal', '-shm'] as const;

export const incomingFolder = (dataDir: string): string => join(dataDir, 'incoming');
const restoredFolder = (dataDir: string): string => join(dataDir, 'restored');

/** What an interrupted copy left; whether there was any. */
export const dropIncoming = (dataDir: string): boolean => {
  const wasThere = existsSync(incomingFolder(dataDir));
  rmSync(incomingFolder(dataDir), { recursive: true, force: true });
  return wasThere;
};

/** To be called when the files in `incoming` are whole and closed. */
export const acceptIncoming = (dataDir: string): void => {
  for (const name of Object.values(STORE_FILES)) flush(join(incomingFolder(dataDir), name));
  flush(incomingFolder(dataDir));
  renameSync(incomingFolder(dataDir), restoredFolder(dataDir));
  flush(dataDir);
};

/** Puts accepted files in place; those before them become `<name>.before-restore-<stamp>`. Safe to repeat. */
export const placeRestored = (dataDir: string, stamp: string): void => {
  const restored = restoredFolder(dataDir);
  if (!existsSync(restored)) return;
  for (const name of Object.values(STORE_FILES)) {
    if (!existsSync(join(restored, name))) continue; // in place since before the interruption
    for (const side of SIDES) {
      const old = join(dataDir, `${name}${side}`);
      if (existsSync(old)) renameSync(old, join(dataDir, `${name}.before-restore-${stamp}${side}`));
    }
    renameSync(join(restored, name), join(dataDir, name));
  }
  rmdirSync(restored);
  flush(dataDir);
};

/** A time in the name of a file: `2026-01-31T12-00-00Z`. */
export const stampOf = (at: number): string => new Date(at).toISOString().replace(/\.\d+/, '').replaceAll(':', '-');

const flush = (path: string): void => {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};
