/** Stored rows for other processes, those of one document together. */
import { LIMITS } from '@kith/schema/limits';
import type { JournalRow } from '../storage/document-store.ts';
import type { Cluster } from './cluster.ts';

/** What is larger is read from the store by whoever sees the gap. */
const MAX_BYTES = LIMITS.updateBytes;

export const tellRows = ({ tell }: Pick<Cluster, 'tell'>, rows: readonly JournalRow[]): void => {
  for (let from = 0; from < rows.length; ) {
    const { document } = rows[from] as JournalRow;
    let [end, bytes] = [from, 0];
    for (; end < rows.length && rows[end]?.document === document && bytes <= MAX_BYTES; end++)
      bytes += rows[end]?.update.length ?? 0;
    tell({ type: 'rows', document, rows: rows.slice(from, end) });
    from = end;
  }
};
