/** Bridges a `Watch` of the engine's views to an atom: subscribed while somebody looks, undefined until it knows. [UI-1] */
import { type Atom, atom } from 'jotai';
import type { Watch } from '../engine/views.ts';

export type Subscribe<T> = (listener: (value: T) => void) => () => void;

/** Keeps its last value when nobody looks, so coming back paints at once; the next subscription corrects it. */
export const watchAtom = <T>(watch: Pick<Watch<T>, 'subscribe'>): Atom<T | undefined> =>
  subscribeAtom((listener) => watch.subscribe(listener));

export const subscribeAtom = <T>(subscribe: Subscribe<T>): Atom<T | undefined> => {
  const valueAtom = atom<T | undefined>(undefined);
  valueAtom.onMount = (set) => subscribe((value) => set(() => value));
  return atom((get) => get(valueAtom));
};

/** Forgets its value when nobody looks: for what must not be opened at a state that has passed. */
export const freshAtom = <T>(subscribe: Subscribe<T>): Atom<T | undefined> => {
  const valueAtom = atom<T | undefined>(undefined);
  valueAtom.onMount = (set) => {
    const stop = subscribe((value) => set(() => value));
    return () => {
      stop();
      set(undefined);
    };
  };
  return atom((get) => get(valueAtom));
};

/** For sources whose subscription is itself asynchronous, as everything is that lives behind the worker. */
export const awaitSubscription =
  <T>(open: (listener: (value: T) => void) => Promise<() => void>): Subscribe<T> =>
  (listener) => {
    let closed = false;
    const opened = open((value) => {
      if (!closed) listener(value);
    });
    // A worker that never came up is shown by the error boundary and the connection line, not once more here.
    opened.catch(() => undefined);
    return () => {
      closed = true;
      opened.then((stop) => stop()).catch(() => undefined); // nothing was opened, so there is nothing to stop
    };
  };
