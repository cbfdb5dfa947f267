/** What a replica does when IndexedDB fails; runs on fake-indexeddb and in a page. [BRW-6] */
import { describe, expect, test } from 'vitest';
import { IndexeddbPersistence } from 'y-indexeddb';
import * as Y from 'yjs';
import type { ReplicaHandle } from '../local-store.ts';
import { ReplicaDeletedError } from '../y-indexeddb/replica-connection.ts';
import { deleteReplicaDatabase } from '../y-indexeddb/replica-database.ts';
import { openYIndexeddbReplica } from '../y-indexeddb-replica.ts';
import { countRows, createRecordingFactory, createRefusingFactory, databaseExists } from './indexeddb-doubles.ts';

interface OpenReplica {
  readonly doc: Y.Doc;
  readonly replica: ReplicaHandle;
  readonly failures: unknown[];
  readonly push: (...values: readonly unknown[]) => void;
}

const open = async (databaseName: string, factory: IDBFactory = indexedDB, doc = new Y.Doc()): Promise<OpenReplica> => {
  const failures: unknown[] = [];
  const onFailure = (error: unknown): void => void failures.push(error);
  const replica = await openYIndexeddbReplica({ indexedDB: factory, databaseName, doc, onFailure });
  return { doc, replica, failures, push: (...values) => doc.getArray('log').push([...values]) };
};

const storedValues = async (databaseName: string): Promise<unknown[]> => {
  const { doc, replica } = await open(databaseName);
  await replica.close();
  return doc.getArray('log').toArray();
};

const freshName = (): string => `replica-${crypto.randomUUID()}`;

const openingRules = (): void => {
  test('[BRW-6] an open that fails is a rejection', async () => {
    const refusal = new DOMException('no storage here', 'UnknownError');
    await expect(open(freshName(), createRefusingFactory(refusal))).rejects.toBe(refusal);
  });

  test('[BRW-6] opening again and again adds no rows', async () => {
    const name = freshName();
    const { replica, push } = await open(name);
    push(1);
    await replica.close();
    for (let round = 0; round < 3; round++) expect(await storedValues(name)).toEqual([1]);
    expect(await countRows(name)).toBe(1);
  });

  test('[BRW-6] what the document held before, and what changes while loading, is stored', async () => {
    const name = freshName();
    const doc = new Y.Doc();
    doc.getArray('log').push(['before']);
    const opening = open(name, indexedDB, doc);
    doc.getArray('log').push(['meanwhile']);
    await (await opening).replica.close();
    expect(await storedValues(name)).toEqual(['before', 'meanwhile']);
  });

  test('[BRW-6] a row that cannot be read is dropped, the others stay', async () => {
    const name = freshName();
    const factory = createRecordingFactory();
    const { replica, push } = await open(name, factory);
    push(1);
    await replica.flushed();
    factory
      .last()
      .transaction('updates', 'readwrite')
      .objectStore('updates')
      .add(new Uint8Array([255, 255, 255]));
    push(2);
    await replica.close();
    expect(await countRows(name)).toBe(3);
    expect(await storedValues(name)).toEqual([1, 2]);
    expect(await countRows(name)).toBe(2);
  });

  test('[BRW-6] y-indexeddb itself reads what is stored', async () => {
    const name = freshName();
    const { replica, push } = await open(name);
    push(1, 2);
    await replica.close();
    const doc = new Y.Doc();
    const theirs = await new IndexeddbPersistence(name, doc).whenSynced;
    expect(doc.getArray('log').toArray()).toEqual([1, 2]);
    await theirs.destroy();
  });
};

const writingRules = (): void => {
  test('[BRW-6] many small updates are folded into few rows', async () => {
    const name = freshName();
    const { replica, push } = await open(name);
    for (let n = 0; n < 1_200; n++) {
      push(n);
      if (n % 100 === 0) await replica.flushed();
    }
    await replica.close();
    expect(await countRows(name)).toBeLessThan(500);
    expect(await storedValues(name)).toHaveLength(1_200);
  });

  test('[BRW-6] folding keeps what another tab added', async () => {
    const name = freshName();
    const [first, second] = [await open(name), await open(name)];
    second.push('theirs');
    await second.replica.flushed();
    for (let n = 0; n < 600; n++) first.push(n);
    await first.replica.close();
    await second.replica.close();
    const stored = await storedValues(name);
    expect(stored).toHaveLength(601);
    expect(stored).toContain('theirs');
  });

  test('[BRW-6] a full disk is told, and all is written once there is room', async () => {
    const name = freshName();
    const factory = createRecordingFactory();
    const { replica, push, failures } = await open(name, factory);
    const full = new DOMException('full', 'QuotaExceededError');
    push('before');
    await replica.flushed();
    factory.failWrites(full);
    push('while full');
    await expect(replica.flushed()).rejects.toBe(full);
    expect(failures).toContain(full);
    factory.failWrites(null);
    push('after');
    await replica.flushed();
    await replica.close();
    expect(await storedValues(name)).toEqual(['before', 'while full', 'after']);
  });
};

const closingRules = (): void => {
  test('[BRW-6] a connection that the browser closed is opened again, and nothing is missing', async () => {
    const name = freshName();
    const factory = createRecordingFactory();
    const { replica, push, failures } = await open(name, factory);
    push(1);
    await replica.flushed();
    factory.last().close();
    push(2);
    push(3);
    await replica.flushed();
    await replica.close();
    expect(await storedValues(name)).toEqual([1, 2, 3]);
    expect(failures).toEqual([]);
  });

  test('[BRW-6] after a forced close the whole document is written, as the last rows may be lost', async () => {
    const name = freshName();
    const factory = createRecordingFactory();
    const { replica, push } = await open(name, factory);
    push(1);
    await replica.flushed();
    factory.last().transaction('updates', 'readwrite').objectStore('updates').clear();
    factory.last().onclose?.(new Event('close'));
    push(2);
    await replica.close();
    expect(await storedValues(name)).toEqual([1, 2]);
  });

  test('[BRW-6] deleted by another tab, it does not hinder that and is not made again', async () => {
    const name = freshName();
    const { replica, push, failures } = await open(name);
    push(1);
    await replica.flushed();
    await deleteReplicaDatabase(indexedDB, name);
    push(2);
    await expect(replica.flushed()).rejects.toBeInstanceOf(ReplicaDeletedError);
    await replica.close();
    expect(await databaseExists(name)).toBe(false);
    expect(failures).toEqual([]);
  });

  test('[BRW-6] deleted while its connection was lost, it is not made again either', async () => {
    const name = freshName();
    const factory = createRecordingFactory();
    const { replica, push } = await open(name, factory);
    push(1);
    await replica.flushed();
    factory.last().close();
    await deleteReplicaDatabase(indexedDB, name);
    push(2);
    await expect(replica.flushed()).rejects.toBeInstanceOf(ReplicaDeletedError);
    await replica.close();
    expect(await databaseExists(name)).toBe(false);
  });

  test('[BRW-6] a document that is destroyed closes its replica, with everything stored', async () => {
    const name = freshName();
    const { doc, replica, push } = await open(name);
    push(1);
    doc.destroy();
    await replica.close();
    expect(await storedValues(name)).toEqual([1]);
  });
};

export const describeReplica = (where: string): void => {
  describe(`a replica on y-indexeddb ${where}`, () => {
    openingRules();
    writingRules();
    closingRules();
  });
};
