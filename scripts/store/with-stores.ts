import type { Stores } from '../serve/stores.ts';

/** Closes both stores behind the work, however it ends. */
export const withStores = async <T>(stores: Stores, work: (stores: Stores) => Promise<T>): Promise<T> => {
  try {
    return await work(stores);
  } finally {
    await stores.documents.close();
    await stores.accounts.close();
  }
};
