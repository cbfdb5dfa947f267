import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHead } from '@kith/schema/documents/head';
import { readLog } from '@kith/schema/documents/segment';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSqliteDocumentStore } from './storage/sqlite-document-store.ts';
import { createConversation } from './test/conversation.ts';
import { makeEvents } from './test/events.ts';
import { createTestDirectory } from './test/test-directory.ts';
import { startTestServer } from './test/test-server.ts';
import { until } from './test/until.ts';

const log = { info: () => {}, warn: () => {}, error: () => {} };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-reopen-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('[STO-2] [STO-3] a server started again on its file goes on where it was', async () => {
  const directory = createTestDirectory();
  const open = async () => {
    const store = createSqliteDocumentStore({ path: join(folder, 'sync.db'), log });
    const server = await startTestServer({ store, directory });
    return { store, server };
  };
  const first = await open();
  const before = first.server.device();
  const conversation = createConversation(first.server, new Map([[before, 'owner']]));
  const segment = await before.attach(conversation.segment(1)).ready();
  const head = await before.attach(conversation.head).ready();
  const events = makeEvents(3);
  segment.append(...events);
  await until(() => segment.stored().size === 3, 'the acknowledgement');
  const issued = segment.doc.clientID;
  await first.server.close();
  await first.store.close();

  const second = await open();
  const after = second.server.device(before.person);
  const again = await after.attach(conversation.segment(1)).ready();
  expect(readLog(again.doc, before.person)).toEqual(events.map(({ bytes }) => bytes));
  expect(again.doc.clientID).not.toBe(issued);
  const more = makeEvents(2);
  again.append(...more);
  await until(() => again.stored().size === 2, 'the acknowledgement');
  expect(Math.min(...again.stored().values())).toBeGreaterThan(Math.max(...segment.stored().values()));
  const headAgain = await after.attach(conversation.head).ready();
  expect(readHead(headAgain.doc)).toEqual(readHead(head.doc));
  expect(second.server.complaints).toEqual([]);
  await second.server.close();
  await second.store.close();
});
