/** Work on the same thing one after another, in the order of asking; on different things at once. */

export type InTurn<Key> = <T>(key: Key, work: () => Promise<T>) => Promise<T>;

export const createTurns = <Key>(): InTurn<Key> => {
  const last = new Map<Key, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const own = before.then(work, work);
    last.set(key, own);
    try {
      return await own;
    } finally {
      if (last.get(key) === own) last.delete(key);
    }
  };
};
