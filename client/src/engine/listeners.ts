/** A set of listeners: each is called with every value told while it is in. */
export interface Listeners<T> {
  /** Returns a removal; idempotent. */
  add(listener: (value: T) => void): () => void;
  tell(value: T): void;
}

export const createListeners = <T>(): Listeners<T> => {
  const listeners = new Set<{ readonly call: (value: T) => void }>();
  return {
    add: (call) => {
      const entry = { call };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    tell: (value) => {
      for (const { call } of [...listeners]) call(value);
    },
  };
};
