/** Values made once per key and kept for the `capacity` most recently asked for. [UI-2] */
export const createRecentFamily = <K, V>(create: (key: K) => V, capacity: number): ((key: K) => V) => {
  const valueByKey = new Map<K, V>();
  return (key) => {
    const value = valueByKey.get(key) ?? create(key);
    valueByKey.delete(key);
    valueByKey.set(key, value);
    const [oldest] = valueByKey.keys();
    if (valueByKey.size > capacity && oldest !== undefined) valueByKey.delete(oldest);
    return value;
  };
};
