/** What the worker offers its tab, by comlink. Both ends come from the same build. */
import type { Engine } from '../engine-api.ts';

/** What only the page knows. */
export interface PageState {
  readonly online: boolean;
  readonly visible: boolean;
}

/** The engine's listeners arrive as comlink proxies, and so do the unsubscribes that it returns. */
export interface EngineWorker extends Engine {
  setPage(state: PageState): void;
  /** Answers while the worker is alive. */
  ping(): void;
}
