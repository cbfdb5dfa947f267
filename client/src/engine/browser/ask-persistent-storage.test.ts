import { expect, test } from 'vitest';
import { askPersistentStorage } from './ask-persistent-storage.ts';

const storage = (answers: { persisted: () => Promise<boolean>; persist?: () => Promise<boolean> }): StorageManager =>
  answers as unknown as StorageManager;
const yes = async () => true;
const no = async () => false;
const refuse = async () => {
  throw new TypeError('not here');
};

test('[BRW-8] storage is asked for once, and a browser that cannot or will not means no', async () => {
  expect(await askPersistentStorage(storage({ persisted: no, persist: yes }))).toBe(true);
  expect(await askPersistentStorage(storage({ persisted: yes, persist: refuse }))).toBe(true);
  expect(await askPersistentStorage(storage({ persisted: no, persist: no }))).toBe(false);
  expect(await askPersistentStorage(storage({ persisted: no, persist: refuse }))).toBe(false);
  expect(await askPersistentStorage(storage({ persisted: no }))).toBe(false);
  expect(await askPersistentStorage(undefined)).toBe(false);
});
