/** A `CacheStorage` in memory: of it what the kept frame needs. */
export const createMemoryCaches = (): CacheStorage => {
  const textByKeyByName = new Map<string, Map<string, string>>();
  const caches: Pick<CacheStorage, 'open' | 'match' | 'delete' | 'keys'> = {
    open: async (name) => {
      const textByKey = textByKeyByName.get(name) ?? new Map<string, string>();
      textByKeyByName.set(name, textByKey);
      const cache: Pick<Cache, 'put'> = {
        put: async (key, response) => void textByKey.set(String(key), await response.text()),
      };
      return cache as Cache;
    },
    match: async (key, options) => {
      const text = textByKeyByName.get(options?.cacheName ?? '')?.get(String(key));
      return text === undefined ? undefined : new Response(text);
    },
    delete: async (name) => textByKeyByName.delete(name),
    keys: async () => [...textByKeyByName.keys()],
  };
  return caches as CacheStorage;
};
