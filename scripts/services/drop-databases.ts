/** Takes away what tests made in a MongoDB that goes on after them. */
import { MongoClient } from 'mongodb';

export const dropDatabases = async (url: string, names: readonly string[]): Promise<void> => {
  const client = new MongoClient(url);
  try {
    for (const name of names) await client.db(name).dropDatabase();
  } finally {
    await client.close();
  }
};
