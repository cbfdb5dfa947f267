import { createStore } from 'jotai';
import { expect, test } from 'vitest';
import { awaitSubscription, freshAtom, subscribeAtom, watchAtom } from './watch-atom.ts';

const source = <T>() => {
  const listeners = new Set<(value: T) => void>();
  return {
    listeners,
    say: (value: T) => {
      for (const listener of listeners) listener(value);
    },
    subscribe: (listener: (value: T) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

test('[UI-1] an atom is subscribed while somebody looks, and keeps its last value for coming back', () => {
  const store = createStore();
  const numbers = source<number>();
  const numberAtom = watchAtom(numbers);
  expect(store.get(numberAtom)).toBeUndefined();
  const stop = store.sub(numberAtom, () => undefined);
  numbers.say(7);
  expect(store.get(numberAtom)).toBe(7);
  stop();
  expect(numbers.listeners.size).toBe(0);
  expect(store.get(numberAtom)).toBe(7);
});

test('[UI-1] a subscription that opens after everybody left is closed again and says nothing', async () => {
  const store = createStore();
  const words = source<string>();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  let listenerOf: (value: string) => void = () => undefined;
  const wordAtom = subscribeAtom(
    awaitSubscription<string>(async (listener) => {
      listenerOf = listener;
      await opened;
      return words.subscribe(listener);
    }),
  );
  store.sub(wordAtom, () => undefined)();
  listenerOf('late');
  open();
  await opened;
  await Promise.resolve();
  await Promise.resolve();
  expect(store.get(wordAtom)).toBeUndefined();
  expect(words.listeners.size).toBe(0);
});

test('[UI-1] a function as value is a value, not an update', () => {
  const store = createStore();
  const functions = source<() => number>();
  const functionAtom = watchAtom(functions);
  store.sub(functionAtom, () => undefined);
  functions.say(() => 3);
  expect(store.get(functionAtom)?.()).toBe(3);
});

test('[UI-1] what must be fresh is not known again until its source says so', () => {
  const store = createStore();
  const numbers = source<number>();
  const numberAtom = freshAtom(numbers.subscribe);
  const stop = store.sub(numberAtom, () => undefined);
  numbers.say(7);
  expect(store.get(numberAtom)).toBe(7);
  stop();
  expect(store.get(numberAtom)).toBeUndefined();
  store.sub(numberAtom, () => undefined);
  expect(store.get(numberAtom)).toBeUndefined();
  numbers.say(8);
  expect(store.get(numberAtom)).toBe(8);
});
