/**
 * Composition root of a tab: views on the tab's own handle of the local store, at once; the engine in its worker, when
 * told to start. [BRW-1] [BRW-4]
 */
import type { Engine } from '../engine-api.ts';
import { saveDraft } from '../save-draft.ts';
import { createNoReplicas } from '../storage/replica-keeper.ts';
import type { Views } from '../views.ts';
import { createViews } from '../views-from-store.ts';
import { createBrowserStore } from './browser-store.ts';
import { createConsoleLog } from './console-log.ts';
import { installEngineErrorTransfer } from './engine-error-transfer.ts';
import { onPageChange, pageSignals } from './page-signals.ts';
import { createRemoteEngine } from './remote-engine.ts';
import { spawnWorker } from './spawn-worker.ts';
import type { TrustScriptUrl } from './trusted-script-url.ts';
import { createWorkerLink, type WorkerState } from './worker-link.ts';

export interface EngineConnection {
  /** Calls made before the worker runs wait for it; drafts do not. */
  readonly engine: Engine;
  /** Works at once, without the worker and without the network. */
  readonly views: Views;
  /** Starts the worker: to be called after the first paint, so that it costs that nothing. Idempotent. */
  start(): void;
  /** Told now and at each change: for "the app is starting again" in the interface. */
  onWorkerState(listener: (state: WorkerState) => void): () => void;
  /** Ends worker and views; for tests and hot reloads, as a closed tab ends them by itself. */
  close(): Promise<void>;
}

const PROBE_INTERVAL_MS = 30_000;

/** Call once per page. `trust`: see `trusted-script-url.ts`. */
export const connectEngine = (page: Window, trust: TrustScriptUrl): EngineConnection => {
  installEngineErrorTransfer();
  const link = createWorkerLink({
    spawn: () => spawnWorker(trust),
    setTimeout: (run, ms) => page.setTimeout(run, ms),
    clearTimeout: (timer) => page.clearTimeout(timer as number),
  });
  const store = createBrowserStore(createNoReplicas(), createConsoleLog(console));
  link.onRunning((worker) => void worker.setPage(pageSignals(page)));
  const stopPage = onPageChange(page, () => {
    // A worker that starts later is told above; one that dies on the way is succeeded by one that is told above.
    void link.call((worker) => worker.setPage(pageSignals(page))).catch(() => undefined);
    link.probe();
  });
  const probing = page.setInterval(() => link.probe(), PROBE_INTERVAL_MS);
  return {
    engine: { ...createRemoteEngine(link), saveDraft: (conversation, text) => saveDraft(store, conversation, text) },
    views: createViews(store),
    start: () => link.start(),
    onWorkerState: (listener) => link.onState(listener),
    close: async () => {
      stopPage();
      page.clearInterval(probing);
      link.close();
      await store.close();
    },
  };
};
