/** Databases for tests of the adapter, and connections beside its own, closed after the test that made them. */
import { type Db, MongoClient, type MongoClientOptions } from 'mongodb';
import { afterEach } from 'vitest';
import { testDatabases } from '../../../scripts/services/test/test-services.ts';

export interface MongoPlace {
  readonly url: string;
  readonly database: string;
}

export interface TestMongo {
  /** An empty one. */
  place(): MongoPlace;
  connect(place: MongoPlace, options?: MongoClientOptions): Db;
}

/** Called at the top of a test file; what it gives, during tests. */
export const useTestMongo = (): TestMongo => {
  const databases = testDatabases();
  const clients: MongoClient[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
  });
  return {
    place: () => {
      const { url, name } = databases.create();
      return { url, database: name };
    },
    connect: ({ url, database }, options = {}) => {
      const client = new MongoClient(url, options);
      clients.push(client);
      return client.db(database);
    },
  };
};
