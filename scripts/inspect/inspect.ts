/** Reads one document out of a data folder or a database, beside a server that may be running. [INS-2] */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { journalOf } from '@kith/schema/doc-name';
import { err, ok, type Result } from '@kith/schema/result';
import { describeDocument } from '@kith/sync-server';
import { STORE_FILES } from '../serve/incoming-files.ts';
import { openDocuments } from '../serve/stores.ts';
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
  database,
}: InspectArguments): Promise<Result<Inspected, InspectError>> => {
  if (database === undefined && !existsSync(join(dataDir, STORE_FILES.documents)))
    return err({ type: 'no-data', message: `${dataDir} is not the data folder of a Kith server` });
  const store = await openDocuments({ dataDir, database, log: { info: () => {}, warn: () => {}, error: () => {} } });
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
