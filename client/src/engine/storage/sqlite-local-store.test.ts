import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSqliteLocalStore } from './sqlite-local-store.ts';
import { ROOM, sampleMessage } from './test/local-store-samples.ts';
import { describeLocalStore } from './test/local-store-suite.ts';

let profileDir = '';
const open = () => createSqliteLocalStore({ profileDir, subtle: crypto.subtle });

describeLocalStore('SQLite', {
  create: async () => {
    profileDir = mkdtempSync(join(tmpdir(), 'kith-profile-'));
    return open();
  },
  reopen: async (store) => {
    await store.close();
    return open();
  },
  remove: async () => rmSync(profileDir, { recursive: true }),
});

test('[LOC-20] a profile folder is its owner’s alone and opens once', async () => {
  profileDir = mkdtempSync(join(tmpdir(), 'kith-profile-'));
  const store = open();
  await store.project({ messages: [sampleMessage(1)], changes: [] });
  expect(statSync(join(profileDir, 'kith.db')).mode & 0o077).toBe(0);
  expect(() => open()).toThrow(/locked/);
  await store.close();
  const again = open();
  expect(await again.messageCount(ROOM)).toBe(1);
  await again.close();
  rmSync(profileDir, { recursive: true });
});
