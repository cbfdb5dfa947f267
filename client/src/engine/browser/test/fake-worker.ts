/** Workers that are message channels within the test: they answer, stay silent or fail as told. */

import type { Engine } from '../../engine-api.ts';
import type { PageSignals } from '../../engine-deps.ts';
import { exposeEngine } from '../expose-engine.ts';
import type { SpawnedWorker } from '../worker-life.ts';

export interface FakeWorker extends SpawnedWorker {
  readonly signals: readonly PageSignals[];
  isTerminated(): boolean;
  /** An error that nothing caught, as the browser reports it. */
  fail(reason: string): void;
  /** Dies without a word, as when the browser takes its memory. */
  vanish(): void;
}

/** `engine` null: a worker that never answers. */
export const createFakeWorker = (engine: Engine | null): FakeWorker => {
  const { port1, port2 } = new MessageChannel();
  const signals: PageSignals[] = [];
  let isTerminated = false;
  let report: (reason: string) => void = () => undefined;
  if (engine !== null) exposeEngine(engine, (told) => signals.push(told), port2);
  return {
    endpoint: port1,
    signals,
    onError: (listener) => {
      report = listener;
    },
    terminate: () => {
      isTerminated = true;
      port1.close();
      port2.close();
    },
    isTerminated: () => isTerminated,
    fail: (reason) => report(reason),
    vanish: () => port2.close(),
  };
};
