/** Offers an engine to the tab by comlink: what listeners return crosses as a proxy, everything else as plain data. */
import * as comlink from 'comlink';
import type { Engine } from '../engine-api.ts';
import type { PageSignals } from '../engine-deps.ts';
import type { EngineWorker } from './engine-worker.ts';

/** Without `endpoint`: to whoever started this worker. */
export const exposeEngine = (
  engine: Engine,
  setPage: (signals: PageSignals) => void,
  endpoint?: comlink.Endpoint,
): void => {
  const worker: EngineWorker = {
    ...engine,
    onStatus: async (listener) => comlink.proxy(await engine.onStatus(listener)),
    onPresence: async (conversation, listener) => comlink.proxy(await engine.onPresence(conversation, listener)),
    setPage,
    ping: () => undefined,
  };
  comlink.expose(worker, endpoint);
};
