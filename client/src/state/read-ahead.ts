/**
 * Reads what an address shows while the interface is still being loaded, so that its first frame has messages in it.
 * [UI-24]
 */
import type { Atom, createStore } from 'jotai';
import type { KithState } from './kith-state.ts';
import type { Place } from './paths.ts';

export interface ReadAhead {
  /** Resolves when everything that the first frame shows is read; never when the store cannot be opened. */
  readonly ready: Promise<void>;
  /** To be called once the interface has subscribed for itself, or what was read is forgotten again. */
  release(): void;
}

export const readAhead = (store: ReturnType<typeof createStore>, kith: KithState, place: Place): ReadAhead => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const atoms = firstAtoms(kith, place);
  const check = (): void => {
    if (atoms.every((atom) => store.get(atom) !== undefined)) resolve();
  };
  const stops = atoms.map((atom) => store.sub(atom, check));
  check();
  return {
    ready: promise,
    release: () => {
      for (const stop of stops) stop();
    },
  };
};

const firstAtoms = (kith: KithState, place: Place): readonly Atom<unknown>[] => {
  const always = [kith.sessionAtom, kith.conversationsAtom];
  if (place.type !== 'conversation') return always;
  return [...always, kith.conversation(place.id), kith.timeline(place.id).viewAtom];
};
