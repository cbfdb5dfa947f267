import { type Collection, MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { startMongo } from './mongo.ts';
import { testDatabases } from './test/test-services.ts';

interface Row {
  readonly _id: string;
  readonly version: number;
  readonly bytes?: Uint8Array;
}

const withRows = async <T>(url: string, name: string, act: (rows: Collection<Row>) => Promise<T>): Promise<T> => {
  const client = new MongoClient(url, { promoteBuffers: true });
  try {
    return await act(client.db(name).collection<Row>('rows'));
  } finally {
    await client.close();
  }
};

describe('the MongoDB of this run', () => {
  const databases = testDatabases();
  const inNewDatabase = <T>(act: (rows: Collection<Row>) => Promise<T>): Promise<T> => {
    const { url, name } = databases.create();
    return withRows(url, name, act);
  };

  it('[SRV-2] gives back rows and bytes as they were, in the order asked for', () =>
    inNewDatabase(async (rows) => {
      const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 256);
      await rows.insertMany([
        { _id: 'a', version: 2, bytes },
        { _id: 'b', version: 1 },
      ]);
      expect(await rows.find().sort({ version: 1 }).toArray()).toEqual([
        { _id: 'b', version: 1 },
        { _id: 'a', version: 2, bytes: Buffer.from(bytes) },
      ]);
    }));

  it('[SRV-2] of those who change one version at once exactly one succeeds', () =>
    inNewDatabase(async (rows) => {
      await rows.insertOne({ _id: 'a', version: 1 });
      const changes = Array.from({ length: 8 }, () =>
        rows.updateOne({ _id: 'a', version: 1 }, { $set: { version: 2 } }),
      );
      expect((await Promise.all(changes)).map(({ modifiedCount }) => modifiedCount).sort()).toEqual([
        0, 0, 0, 0, 0, 0, 0, 1,
      ]);
    }));

  it('[SRV-2] refuses a second row under one id, and under one value of a unique index', () =>
    inNewDatabase(async (rows) => {
      await rows.createIndex({ version: 1 }, { unique: true });
      await rows.insertOne({ _id: 'a', version: 1 });
      await expect(rows.insertOne({ _id: 'a', version: 2 })).rejects.toMatchObject({ code: 11_000 });
      await expect(rows.insertOne({ _id: 'b', version: 1 })).rejects.toMatchObject({ code: 11_000 });
      expect(await rows.countDocuments()).toBe(1);
    }));

  it('[SRV-2] a database holds nothing of another one', async () => {
    await inNewDatabase((rows) => rows.insertOne({ _id: 'a', version: 1 }));
    expect(await inNewDatabase((rows) => rows.countDocuments())).toBe(0);
  });

  it('[SRV-2] what was acknowledged is there after it was killed and started again', async (context) => {
    const { url, process, stop } = await startMongo();
    if (process === null) return context.skip('this server is not ours to kill');
    try {
      await withRows(url, 'kept', (rows) => rows.insertOne({ _id: 'a', version: 1 }));
      await process.kill();
      await process.start();
      expect(await withRows(url, 'kept', (rows) => rows.countDocuments())).toBe(1);
    } finally {
      await stop();
    }
  });
});
