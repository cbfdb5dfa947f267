/** Reads one document out of a data folder, beside a server that may be running. [INS-2] */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { journalOf } from '@kith/schema/doc-name';
import { err, ok, type Result } from '@kith/schema/result';
import { createSqliteDocumentStore, describeDocument } from '@kith/sync-server';
import type { Inspected } from './format-report.ts';
import type { InspectArguments } from './inspect-arguments.ts';

export interface InspectError {
  readonly type: 'no-data' | 'no-document';
  readonly message: string;
}

export const inspect = async ({
  document,
  name,
  dataDir,
}: InspectArguments): Promise<Result<Inspected, InspectError>> => {
  const path = join(dataDir, 'sync.sqlite');
  if (!existsSync(path)) return err({ type: 'no-data', message: `${dataDir} is not the data folder of a Kith server` });
  const store = createSqliteDocumentStore({ path, log: { info: () => {}, warn: () => {}, error: () => {} } });
  try {
    const stored = await store.load(document);
    if (stored.snapshot === null && stored.rows.length === 0)
      return err({ type: 'no-document', message: `nothing is stored of ${document}` });
    const journal = await store.position(journalOf(name));
    const segments = name.type === 'account' ? [] : await store.segments(name.conversation);
    return ok({ document, journal, segments, ...describeDocument(stored) });
  } finally {
    await store.close();
  }
};
