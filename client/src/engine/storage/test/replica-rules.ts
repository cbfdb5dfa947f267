import { expect, test } from 'vitest';
import * as Y from 'yjs';
import type { LocalStore } from '../local-store.ts';
import type { StoreUnderTest } from './local-store-suite.ts';

const NAME = 'conversation/AwAAAAEAAAAAAAAAAAAAAA/1';

const stored = async (store: LocalStore, name: string): Promise<unknown[]> => {
  const doc = new Y.Doc();
  const replica = await store.openReplica(name, doc);
  const entries = doc.getArray('log').toArray();
  await replica.close();
  doc.destroy();
  return entries;
};

export const replicaRules = ({ store, reopened }: StoreUnderTest): void => {
  test('[LOC-17] a replica brings back every update that was flushed', async () => {
    const doc = new Y.Doc();
    const replica = await store().openReplica(NAME, doc);
    doc.getArray('log').push([[new Uint8Array([1])]]);
    doc.getArray('log').push([[new Uint8Array([2])]]);
    await replica.flushed();
    await replica.close();
    expect(await stored(await reopened(), NAME)).toEqual([[new Uint8Array([1])], [new Uint8Array([2])]]);
  });

  test('[LOC-17] loading gives the document what is stored before it resolves, and writes nothing back', async () => {
    const first = new Y.Doc();
    const replica = await store().openReplica(NAME, first);
    first.getArray('log').push([1]);
    await replica.close();
    for (let round = 0; round < 3; round++) expect(await stored(store(), NAME)).toEqual([1]);
  });

  test('[LOC-17] after closing, further updates are not kept', async () => {
    const doc = new Y.Doc();
    const replica = await store().openReplica(NAME, doc);
    await replica.close();
    await replica.close();
    doc.getArray('log').push([1]);
    expect(await stored(store(), NAME)).toEqual([]);
  });

  test('[LOC-17] a thousand small updates come back as one document', async () => {
    const doc = new Y.Doc();
    const replica = await store().openReplica(NAME, doc);
    for (let n = 0; n < 1_000; n++) doc.getArray('log').push([n]);
    await replica.flushed();
    await replica.close();
    const again = await reopened();
    expect(await stored(again, NAME)).toHaveLength(1_000);
    expect((await stored(again, NAME)).at(-1)).toBe(999);
  });

  test('[LOC-18] a deleted replica is gone, others stay', async () => {
    for (const name of [NAME, `${NAME}2`]) {
      const doc = new Y.Doc();
      const replica = await store().openReplica(name, doc);
      doc.getArray('log').push([name]);
      await replica.close();
    }
    await store().deleteReplica(NAME);
    const again = await reopened();
    expect(await stored(again, NAME)).toEqual([]);
    expect(await stored(again, `${NAME}2`)).toEqual([`${NAME}2`]);
  });

  test('[LOC-4] wiping removes replicas', async () => {
    const doc = new Y.Doc();
    const replica = await store().openReplica(NAME, doc);
    doc.getArray('log').push([1]);
    await replica.close();
    await store().wipe();
    expect(await stored(store(), NAME)).toEqual([]);
  });
};
