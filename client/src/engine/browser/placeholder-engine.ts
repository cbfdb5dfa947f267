/** Stands where `createEngine` goes, so that everything around it can be built. */
import { type Engine, EngineError } from '../engine-api.ts';
import type { EngineDeps } from '../engine-deps.ts';

export const createPlaceholderEngine = (_deps: EngineDeps): Engine =>
  ({
    devices: async () => {
      throw new EngineError('unavailable', 'not there yet');
    },
  }) as unknown as Engine;
