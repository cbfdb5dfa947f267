/**
 * The data folder: private to the user who runs Kith, and held by one process at a time. [RUN-10]
 * The lock is SQLite's own on a file of its own: the system lets go of it however the process ends.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { err, ok, type Result } from '@kith/schema/result';

export interface DataFolder {
  readonly path: string;
  release(): void;
}

export interface DataFolderError {
  readonly type: 'folder-in-use' | 'folder-unusable';
  readonly message: string;
}

const SQLITE_BUSY = 5;

export const openDataFolder = (path: string): Result<DataFolder, DataFolderError> => {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const lock = new DatabaseSync(join(path, 'lock.sqlite'), { timeout: 0 });
    try {
      lock.exec('PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      throw error;
    }
    return ok({ path, release: () => lock.isOpen && lock.close() });
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) {
      return err({ type: 'folder-in-use', message: `${path} is in use by another Kith. Choose another: DATA_DIR=…` });
    }
    const reason = error instanceof Error ? error.message : String(error);
    return err({ type: 'folder-unusable', message: `${path} cannot be used: ${reason}. Choose another: DATA_DIR=…` });
  }
};
