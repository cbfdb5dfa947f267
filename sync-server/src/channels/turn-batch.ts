/** Collects what is to be sent and hands it over once the current turn's work is done: one message instead of many. */
export interface TurnBatch<K, V> {
  add(key: K, values: readonly V[]): void;
}

/** `flush` must not throw. */
export const createTurnBatch = <K, V>(flush: (valuesByKey: ReadonlyMap<K, readonly V[]>) => void): TurnBatch<K, V> => {
  let valuesByKey = new Map<K, V[]>();
  const run = (): void => {
    const batch = valuesByKey;
    valuesByKey = new Map();
    flush(batch);
  };
  return {
    add: (key, values) => {
      if (valuesByKey.size === 0) queueMicrotask(run);
      const collected = valuesByKey.get(key);
      if (collected === undefined) valuesByKey.set(key, [...values]);
      else collected.push(...values);
    },
  };
};
