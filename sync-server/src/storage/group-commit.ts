/**
 * Group commit: all writes of one event-loop turn share one transaction, hence one flush of the disk. Each write
 * stands in a savepoint, so one that throws takes nothing of the others with it; when the commit itself fails, all of
 * them reject. [STO-2]
 */
import type { DatabaseSync } from 'node:sqlite';

export interface GroupCommit {
  /** Resolves with what `run` returned after the commit that holds it. `run` must be synchronous. */
  write<T>(run: () => T): Promise<T>;
  /** Commits at once what is waiting. */
  flush(): void;
}

interface Waiting {
  /** Runs inside the transaction; returns what settles the promise after it. */
  readonly run: () => () => void;
  readonly reject: (cause: unknown) => void;
}

export const createGroupCommit = (db: DatabaseSync): GroupCommit => {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const mark = db.prepare('SAVEPOINT write');
  const release = db.prepare('RELEASE write');
  let waiting: Waiting[] = [];

  const inSavepoint = ({ run, reject }: Waiting): (() => void) => {
    mark.run();
    try {
      const settle = run();
      release.run();
      return settle;
    } catch (cause) {
      db.exec('ROLLBACK TO write; RELEASE write');
      return () => reject(cause);
    }
  };

  const flush = (): void => {
    const writes = waiting;
    waiting = [];
    if (writes.length === 0) return;
    try {
      begin.run();
      const settles = writes.map(inSavepoint);
      commit.run();
      for (const settle of settles) settle();
    } catch (cause) {
      // A full disk or a broken file. Nothing of this turn is stored; each writer hears of it and tries again.
      if (db.isTransaction) db.exec('ROLLBACK');
      for (const { reject } of writes) reject(cause);
    }
  };

  return {
    write: (run) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({
          reject,
          run: () => {
            const value = run();
            return () => resolve(value);
          },
        });
      }),
    flush,
  };
};
