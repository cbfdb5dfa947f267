/** Databases of their own, on the server that tests are given: each is dropped after the test that asked for it. */
import { randomUUID } from 'node:crypto';
import { MongoClient, type MongoClientOptions } from 'mongodb';
import { afterAll, afterEach } from 'vitest';

export interface TestMongo {
  /** An empty one. */
  database(): { readonly url: string; readonly database: string };
  /** Another connection, closed after the tests of the file. */
  connect(options?: MongoClientOptions): MongoClient;
}

/** Called at the top of a test file. */
export const useTestMongo = (): TestMongo => {
  const url = serverUrl();
  const clients: MongoClient[] = [];
  const databases: string[] = [];
  const connect: TestMongo['connect'] = (options = {}) => {
    const client = new MongoClient(url, options);
    clients.push(client);
    return client;
  };
  const client = connect();
  afterEach(async () => {
    for (const name of databases.splice(0)) await client.db(name).dropDatabase();
  });
  afterAll(async () => {
    for (const one of clients) await one.close();
  });
  return {
    database: () => {
      const database = `test-${randomUUID()}`;
      databases.push(database);
      return { url, database };
    },
    connect,
  };
};

const serverUrl = (): string => {
  const url = process.env['MONGO_URL'];
  if (url === undefined) throw new Error('MONGO_URL names no server to run these tests on');
  return url;
};
