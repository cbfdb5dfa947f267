/**
 * Group commit: writes that come together share one transaction, hence one flush of the disk. Each stands in a
 * savepoint, so one that throws takes nothing of the others with it; one alone needs none, and is spared the copies of
 * pages that it costs. When the commit itself fails, all of them have failed. Blocks its thread until the disk has it.
 * [STO-2]
 */
import type { DatabaseSync } from 'node:sqlite';

/** What a write returned, or what it threw. */
export type WriteOutcome = PromiseSettledResult<unknown>;

/** Runs the writes in order and commits them; one outcome for each, in the same order. */
export type GroupCommit = (writes: readonly (() => unknown)[]) => WriteOutcome[];

export const createGroupCommit = (db: DatabaseSync): GroupCommit => {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const mark = db.prepare('SAVEPOINT write');
  const release = db.prepare('RELEASE write');

  const inSavepoint = (write: () => unknown): WriteOutcome => {
    mark.run();
    try {
      const value = write();
      release.run();
      return { status: 'fulfilled', value };
    } catch (reason) {
      db.exec('ROLLBACK TO write; RELEASE write');
      return { status: 'rejected', reason };
    }
  };

  return (writes) => {
    try {
      begin.run();
      const [only] = writes;
      const isAlone = only !== undefined && writes.length === 1;
      const outcomes: WriteOutcome[] = isAlone ? [{ status: 'fulfilled', value: only() }] : writes.map(inSavepoint);
      commit.run();
      return outcomes;
    } catch (reason) {
      // A full disk, a broken file, or the only write threw. Nothing is stored; each writer hears of it and tries again.
      if (db.isTransaction) db.exec('ROLLBACK');
      return writes.map(() => ({ status: 'rejected', reason }));
    }
  };
};
