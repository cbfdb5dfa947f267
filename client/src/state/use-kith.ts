/** The way from a component to the state and the engine that the composition root made. */
import { createContext, use } from 'react';
import type { Engine } from '../engine/engine-api.ts';
import type { KithState } from './kith-state.ts';

export const KithContext = createContext<KithState | null>(null);

/** @throws Error outside of the application's root: a mistake in the tree. */
export const useKith = (): KithState => {
  const state = use(KithContext);
  if (state === null) throw new Error('KithContext is not provided');
  return state;
};

export const useEngine = (): Engine => useKith().engine;
