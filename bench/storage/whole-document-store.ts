/**
 * How Hocuspocus' own extensions keep a document: its whole state, encoded anew and put over the old one, each time the
 * debounce of the store hook runs out. On SQLite with the settings that we have; theirs are slower or less safe.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as Y from 'yjs';
import { diskBytesWrittenBy } from '../product/process-usage.ts';
import type { HistorySegment } from './history-segments.ts';

/** Bytes that go to the disk while a segment comes to be; `messagesPerStore`: how many come in one debounce. */
export const wholeDocumentBytes = ({ rows, document }: HistorySegment, messagesPerStore: number): number => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-whole-'));
  const db = new DatabaseSync(join(folder, 'documents.sqlite'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  db.exec('CREATE TABLE documents (name TEXT PRIMARY KEY, data BLOB NOT NULL)');
  const put = db.prepare('INSERT INTO documents VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET data = excluded.data');
  const doc = new Y.Doc();
  const before = diskBytesWrittenBy(process.pid);
  for (const [i, { update }] of rows.entries()) {
    Y.applyUpdate(doc, update);
    if ((i + 1) % messagesPerStore === 0) put.run(document, Y.encodeStateAsUpdate(doc));
  }
  db.close();
  const bytes = diskBytesWrittenBy(process.pid) - before;
  doc.destroy();
  rmSync(folder, { recursive: true });
  return bytes;
};
