import type { createStore } from 'jotai';
import type { KithState } from './kith-state.ts';

/** Calls `then` once, as soon as there is a conversation on this device. [BRW-8] */
export const onceWorthKeeping = (
  store: ReturnType<typeof createStore>,
  { conversationsAtom }: Pick<KithState, 'conversationsAtom'>,
  then: () => void,
): void => {
  let isDone = false;
  const check = (): void => {
    if (isDone || (store.get(conversationsAtom) ?? []).length === 0) return;
    isDone = true;
    stop();
    then();
  };
  const stop = store.sub(conversationsAtom, check);
  check();
};
