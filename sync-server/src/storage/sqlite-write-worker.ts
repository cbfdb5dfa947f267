/**
 * The thread that owns the writing connection. Each message is a list of writes, answered by as many outcomes once
 * they are on the disk; null ends it. Knows only what it needs, to be quick at starting and small. [STO-5]
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createGroupCommit } from './group-commit.ts';
import { openDatabase } from './sqlite-schema.ts';
import { createSqliteWrites, type SqliteWrites } from './sqlite-writes.ts';

/** One call of a method, as it crosses between the threads. */
export interface WriteCall {
  readonly method: keyof SqliteWrites;
  readonly args: readonly unknown[];
}

export interface WriteWorkerData {
  readonly path: string;
}

if (parentPort === null) throw new Error('runs as a worker only');
const port = parentPort;
const { path } = workerData as WriteWorkerData;
const db = openDatabase(path);
const writes = createSqliteWrites(db);
const commit = createGroupCommit(db);

port.on('message', (calls: readonly WriteCall[] | null) => {
  if (calls !== null) {
    port.postMessage(
      commit(
        calls.map(
          ({ method, args }) =>
            () =>
              callOf(method)(...args),
        ),
      ),
    );
    return;
  }
  db.close();
  port.close();
});

/** The other side has the types. */
const callOf = (method: keyof SqliteWrites) => writes[method] as (...args: readonly unknown[]) => unknown;
