import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headName, segmentName } from '@kith/schema/doc-name';
import { type AccountId, type ConversationId, createId, type DeviceId, type EventId } from '@kith/schema/ids';
import { createMongoDocumentStore, createSqliteDocumentStore } from '@kith/sync-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { testDatabases } from '../services/test/test-services.ts';
import { formatReport } from './format-report.ts';
import { inspect } from './inspect.ts';
import { parseInspectArguments } from './inspect-arguments.ts';

const random = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => crypto.getRandomValues(bytes);
const conversation = createId<ConversationId>(random);
const writer = { account: createId<AccountId>(random), device: createId<DeviceId>(random) };
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

const databases = testDatabases();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-inspect-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inspected = async (document: string) => {
  const args = parseInspectArguments([document, '--data', folder], {});
  if (!args.ok) throw new Error(args.error.mistakes.join());
  return inspect(args.value);
};

test('[INS-2] a stored document is told to people, also while the server has it open', async () => {
  const store = createSqliteDocumentStore({ path: join(folder, 'sync.sqlite'), log: quiet });
  const document = segmentName(conversation, 1);
  const doc = new Y.Doc();
  doc.getArray(`log/${writer.account}/${writer.device}`).push([[Uint8Array.of(0)]]);
  const row = { journal: `conversation/${conversation}`, arrival: 1, document, receivedAt: 5_000 } as const;
  const event = { eventId: createId<EventId>(random), segment: 1, ...writer };
  const bindings = [{ clientId: doc.clientID, ...writer }];
  await store.append([{ ...row, update: Y.encodeStateAsUpdate(doc), events: [event], bindings, incarnation: 1 }]);
  await store.openSegment({ conversation, n: 1, importer: null, firstArrival: 1, openedAt: 5, closed: null });
  const report = await inspected(document);
  if (!report.ok) throw new Error(report.error.message);
  const text = formatReport(report.value);
  expect(text.split('\n')[0]).toBe(document);
  expect(text).toMatch(/journal +1 arrival, the last of an event 1, incarnation 1/);
  expect(text).toMatch(/folded +never/);
  expect(text).toMatch(/rows since +1, \d+ bytes, the last of 1970-01-01T00:00:05.000Z/);
  expect(text).toContain(`${writer.account}/${writer.device}  1 event, 1 byte: 1 unknown; – to –`);
  expect(text).toContain(`${doc.clientID}  ${writer.account}/${writer.device}  1 struct, 1 unit`);
  expect(text).toContain('1  open');
  await store.close();
});

test('[INS-2] a document in a MongoDB is told of too', async () => {
  const { url, name } = databases.create();
  const store = await createMongoDocumentStore({ url, database: `${name}-documents` });
  const document = segmentName(conversation, 1);
  const row = { journal: `conversation/${conversation}`, arrival: 1, document, receivedAt: 5_000 } as const;
  await store.append([
    { ...row, update: Y.encodeStateAsUpdate(new Y.Doc()), events: [], bindings: [], incarnation: 1 },
  ]);
  const address = `${url.replace(/\/$/, '')}/${name}`;
  const args = parseInspectArguments([document], { DATABASE_URL: address, DATA_DIR: folder });
  if (!args.ok) throw new Error(args.error.mistakes.join());
  expect(await inspect(args.value)).toMatchObject({ ok: true, value: { document, rows: { count: 1 } } });
  expect(parseInspectArguments([document], { DATABASE_URL: 'mongodb://nameless' }).ok).toBe(false);
  await store.close();
});

test('[INS-2] what is not there is said, and nothing is made', async () => {
  expect(await inspected(headName(conversation))).toMatchObject({ ok: false, error: { type: 'no-data' } });
  await createSqliteDocumentStore({ path: join(folder, 'sync.sqlite'), log: quiet }).close();
  const nothing = await inspected(headName(conversation));
  expect(nothing).toMatchObject({ ok: false, error: { type: 'no-document' } });
});

test('[INS-2] every mistake in the arguments is named', () => {
  const mistakes = (...args: string[]) => {
    const parsed = parseInspectArguments(args, {});
    return parsed.ok ? [] : parsed.error.mistakes;
  };
  expect(mistakes()).toEqual(['which document?']);
  expect(mistakes('conversation/x', 'y', '--data', '')).toEqual([
    'conversation/x is not the name of a document',
    'one document at a time: y is too much',
    '--data: a folder',
  ]);
  expect(mistakes('--nothing')[0]).toContain('--nothing');
  const parsed = parseInspectArguments([headName(conversation)], { DATA_DIR: '/srv/kith' });
  expect(parsed).toMatchObject({ ok: true, value: { dataDir: '/srv/kith', json: false } });
});
