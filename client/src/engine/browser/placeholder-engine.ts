/** Stands where `createEngine` goes, so that everything around them can be built. */
import { type Engine, EngineError } from '../engine-api.ts';
import type { EngineDeps } from '../engine-deps.ts';

export const createPlaceholderEngine = (_deps: EngineDeps): Engine =>
  new Proxy({} as Engine, {
    get: (_target, method) => async () => {
      throw new EngineError('unavailable', `${String(method)} is not there yet`);
    },
  });
