/** What the worker offers its tab, by comlink. Both ends come from the same build. */
import type { Engine } from '../engine-api.ts';
import type { PageSignals } from '../engine-deps.ts';

/** The engine's listeners arrive as comlink proxies, and so do the unsubscribes that it returns. */
export interface EngineWorker extends Engine {
  setPage(signals: PageSignals): void;
  /** Answers while the worker is alive. */
  ping(): void;
}
