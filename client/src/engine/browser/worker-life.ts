/**
 * One worker from its start to its end. A crashed worker says nothing, so a ping that stays unanswered counts as death.
 */
import * as comlink from 'comlink';
import { EngineError } from '../engine-api.ts';
import type { EngineWorker } from './engine-worker.ts';

export interface SpawnedWorker {
  readonly endpoint: comlink.Endpoint;
  /** An error that nothing in the worker caught, also one while loading its script. */
  onError(listener: (reason: string) => void): void;
  terminate(): void;
}

export type RemoteWorker = comlink.Remote<EngineWorker>;

export interface WorkerTimers {
  readonly setTimeout: (run: () => void, ms: number) => unknown;
  readonly clearTimeout: (timer: unknown) => void;
}

export interface WorkerLife {
  readonly remote: RemoteWorker;
  /** Rejects with `unavailable` when the worker does not answer within `deadAfterMs`. */
  ping(deadAfterMs: number): Promise<void>;
  /** Rejects once `end` was called; never resolves. */
  readonly death: Promise<never>;
  /** Idempotent. */
  end(reason: string): void;
}

export const createWorkerLife = (worker: SpawnedWorker, timers: WorkerTimers): WorkerLife => {
  const remote = comlink.wrap<EngineWorker>(worker.endpoint);
  const death = Promise.withResolvers<never>();
  death.promise.catch(() => undefined); // whoever has a call under way races it; without calls nobody misses it
  return {
    remote,
    ping: async (deadAfterMs) => {
      const silence = Promise.withResolvers<never>();
      const timer = timers.setTimeout(() => silence.reject(new EngineError('unavailable', 'no answer')), deadAfterMs);
      await Promise.race([remote.ping(), silence.promise, death.promise]).finally(() => timers.clearTimeout(timer));
    },
    death: death.promise,
    end: (reason) => {
      worker.terminate();
      death.reject(new EngineError('unavailable', `The engine stopped: ${reason}`));
    },
  };
};
