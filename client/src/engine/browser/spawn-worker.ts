/** Starts the engine's worker from this build's own script. */

import type { TrustScriptUrl } from './trusted-script-url.ts';
import workerUrl from './worker.ts?worker&url';
import type { SpawnedWorker } from './worker-life.ts';

export const spawnWorker = (trust: TrustScriptUrl): SpawnedWorker => {
  const worker = new Worker(trust(workerUrl), { type: 'module', name: 'kith-engine' });
  return {
    endpoint: worker,
    onError: (listener) => worker.addEventListener('error', (event) => listener(event.message || 'its script failed')),
    terminate: () => worker.terminate(),
  };
};
