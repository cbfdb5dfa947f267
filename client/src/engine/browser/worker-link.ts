/**
 * Holds the one worker of a tab: starts it, notices when it died, starts it again after a growing pause. [BRW-4]
 *
 *   waiting ── start() ──▶ starting ── answers ──▶ running
 *                             ▲                       │ silent, or failed to start
 *                             └─── after the pause ── restarting
 *
 * Calls made while no worker runs wait for one; calls under way when it dies fail with `unavailable`, as nobody knows
 * how far they came.
 */
import { EngineError } from '../engine-api.ts';
import { createListeners } from '../listeners.ts';
import {
  createWorkerLife,
  type RemoteWorker,
  type SpawnedWorker,
  type WorkerLife,
  type WorkerTimers,
} from './worker-life.ts';

export type WorkerState =
  | { readonly type: 'waiting' }
  | { readonly type: 'starting' }
  | { readonly type: 'running' }
  | { readonly type: 'restarting'; readonly reason: string; readonly retryInMs: number }
  | { readonly type: 'closed' };

export interface WorkerLink {
  /** Idempotent. */
  start(): void;
  /** Runs `use` on the running worker, waiting for it where needed. */
  call<T>(use: (worker: RemoteWorker) => Promise<T>): Promise<T>;
  /** Called for the running worker now and for each later one: what it was told before must be told again. */
  onRunning(listener: (worker: RemoteWorker) => void): () => void;
  onState(listener: (state: WorkerState) => void): () => void;
  /** Asks whether the worker still answers; ends it where not. */
  probe(): void;
  close(): void;
}

export interface WorkerLinkDeps extends WorkerTimers {
  readonly spawn: () => SpawnedWorker;
  /** How long a ping may stay unanswered. Long: a phone that was asleep, or a first start on a slow disk. */
  readonly deadAfterMs?: number;
}

const DEAD_AFTER_MS = 15_000;
const PAUSES_MS = [250, 1_000, 4_000, 15_000, 60_000] as const;

export const createWorkerLink = (deps: WorkerLinkDeps): WorkerLink => {
  const states = createListeners<WorkerState>();
  const runs = createListeners<WorkerLife>();
  let state: WorkerState = { type: 'waiting' };
  let life: WorkerLife | null = null;
  let failures = 0;
  let restart: unknown = null;

  const enter = (next: WorkerState): void => {
    state = next;
    states.tell(next);
  };

  const spawn = (): void => {
    enter({ type: 'starting' });
    const worker = deps.spawn();
    const born = createWorkerLife(worker, deps);
    life = born;
    // Once it runs, an error may have hit one task only: asking tells.
    worker.onError((reason) => (state.type === 'running' ? check(born) : lose(born, reason)));
    check(born, () => {
      failures = 0;
      enter({ type: 'running' });
      runs.tell(born);
    });
  };

  const check = (asked: WorkerLife, onAnswer: () => void = () => undefined): void =>
    void asked.ping(deps.deadAfterMs ?? DEAD_AFTER_MS).then(
      () => life === asked && onAnswer(),
      (error: Error) => lose(asked, error.message),
    );

  const lose = (lost: WorkerLife, reason: string): void => {
    if (life !== lost) return;
    life = null;
    lost.end(reason);
    const retryInMs = PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 0;
    failures += 1;
    enter({ type: 'restarting', reason, retryInMs });
    restart = deps.setTimeout(spawn, retryInMs);
  };

  const running = (): WorkerLife | null => (state.type === 'running' ? life : null);

  return {
    start: () => {
      if (state.type === 'waiting') spawn();
    },
    call: async (use) => {
      const current = running() ?? (await nextRun(runs.add, states.add, state));
      return Promise.race([use(current.remote), current.death]);
    },
    onRunning: (listener) => {
      const stop = runs.add(({ remote }) => listener(remote));
      const current = running();
      if (current !== null) listener(current.remote);
      return stop;
    },
    onState: (listener) => {
      const stop = states.add(listener);
      listener(state);
      return stop;
    },
    probe: () => {
      const current = running();
      if (current !== null) check(current);
    },
    close: () => {
      deps.clearTimeout(restart);
      life?.end('closed');
      life = null;
      if (state.type !== 'closed') enter({ type: 'closed' });
    },
  };
};

/** The next worker that runs; rejects with `unavailable` when the link is closed first. */
const nextRun = (
  onRun: (listener: (life: WorkerLife) => void) => () => void,
  onState: (listener: (state: WorkerState) => void) => () => void,
  now: WorkerState,
): Promise<WorkerLife> =>
  new Promise((resolve, reject) => {
    const failWhenClosed = (state: WorkerState): void => {
      if (state.type === 'closed') reject(new EngineError('unavailable', 'The engine was closed.'));
    };
    const stopRun = onRun((life) => {
      stopRun();
      stopState();
      resolve(life);
    });
    const stopState = onState(failWhenClosed);
    failWhenClosed(now);
  });
