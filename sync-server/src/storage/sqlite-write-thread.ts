/**
 * The main thread's end of the thread that writes: the disk holds up nobody else. What comes while the worker is busy
 * goes to it together, as one transaction, and a moment behind what goes to the sockets: to wake a thread takes as long
 * as to tell dozens of people, and where cores are few it takes one from those who are just being told. A worker that
 * ends by itself may have stored what it had or not, so those writes reject; the next write starts another worker.
 * [STO-2] [STO-5]
 */
import { Worker } from 'node:worker_threads';
import type { Log } from '../log.ts';
import type { WriteOutcome } from './group-commit.ts';
import type { WriteCall, WriteWorkerData } from './sqlite-write-worker.ts';
import type { SqliteWrites } from './sqlite-writes.ts';

export interface WriteThread {
  /** Resolves after the commit that holds it. Buffers in `own` are handed over, all else is copied. */
  write<M extends keyof SqliteWrites>(
    method: M,
    args: Parameters<SqliteWrites[M]>,
    own?: readonly ArrayBuffer[],
  ): Promise<ReturnType<SqliteWrites[M]>>;
  /** Idempotent. What waits is made durable first. */
  close(): Promise<void>;
}

interface Pending {
  readonly call: WriteCall;
  readonly own: readonly ArrayBuffer[];
  readonly settle: (outcome: WriteOutcome) => void;
}

const BEHIND_MS = 1;
const WORKER = new URL('./sqlite-write-worker.ts', import.meta.url);

export const createWriteThread = ({ path, log }: WriteWorkerData & { readonly log: Log }): WriteThread => {
  let waiting: Pending[] = [];
  /** With the worker, in order. */
  const underWay: Pending[] = [];
  let worker: Worker | null = null;
  let closed: Promise<void> | null = null;

  const take = (outcomes: readonly WriteOutcome[]): void => {
    const done = underWay.splice(0, outcomes.length);
    if (underWay.length === 0 && closed === null) worker?.unref();
    if (waiting.length > 0) setImmediate(sendIfFree);
    for (const [i, outcome] of outcomes.entries()) done[i]?.settle(outcome);
  };

  const start = (): Worker => {
    let cause: unknown = new Error('the thread that writes has ended');
    const started = new Worker(WORKER, { workerData: { path } satisfies WriteWorkerData, name: 'sqlite-writes' });
    started.unref(); // while nothing is with it, it keeps no process alive
    started.on('message', take);
    started.on('messageerror', () => void started.terminate());
    started.on('error', (error) => {
      cause = error;
    });
    started.on('exit', (code) => {
      worker = null;
      if (closed === null || code !== 0)
        log.error('the thread that writes has ended; the next write starts another', { cause });
      take(underWay.map(() => ({ status: 'rejected', reason: cause })));
    });
    return started;
  };

  const send = (): void => {
    worker ??= start();
    worker.ref();
    worker.postMessage(
      waiting.map(({ call }) => call),
      waiting.flatMap(({ own }) => own),
    );
    underWay.push(...waiting);
    waiting = [];
  };

  const sendIfFree = (): void => {
    if (waiting.length > 0 && underWay.length === 0) send();
  };

  const end = async (): Promise<void> => {
    if (waiting.length > 0) send();
    const ending = worker;
    if (ending === null) return;
    const exited = new Promise((resolve) => ending.once('exit', resolve));
    ending.ref();
    ending.postMessage(null);
    await exited;
  };

  worker = start(); // at once, so that the first write need not wait for it
  return {
    write: (method, args, own = []) =>
      new Promise((resolve, reject) => {
        if (closed !== null) return reject(new Error('the store is closed'));
        if (waiting.length === 0) setTimeout(sendIfFree, BEHIND_MS);
        const settle = (outcome: WriteOutcome): void => {
          if (outcome.status === 'rejected') reject(outcome.reason);
          else resolve(outcome.value as Awaited<ReturnType<SqliteWrites[typeof method]>>);
        };
        waiting.push({ call: { method, args }, own, settle });
      }),
    close: () => {
      closed ??= end();
      return closed;
    },
  };
};
