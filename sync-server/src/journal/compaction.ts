/**
 * Folds stored rows into snapshots: when a segment closes, and after every thousand rows. One at a time, from what
 * is stored, safe beside appends; failing only leaves the rows where they are. [STO-3]
 */
import type { Bus } from '@kith/schema/bus';
import { journalOf, parseDocName } from '@kith/schema/doc-name';
import * as Y from 'yjs';
import type { Log } from '../log.ts';
import { type DocumentStore, lastArrivalOf } from '../storage/document-store.ts';
import { storedBindings, withStoredDoc } from './fold-stored.ts';

/** Rows after which a document in use is folded, which costs as much as a load of it: loading that many takes some 10 ms. */
export const ROWS_BEFORE_FOLD = 1_000;

export interface Compaction {
  /** Folds a document soon; asking again before that is the same request. */
  request(document: string): void;
  /** Waits for what was requested. */
  settled(): Promise<void>;
  /** Begins no other; resolves when the present one is done. Rows that are left are folded another time. */
  close(): Promise<void>;
}

interface CompactionDeps {
  readonly store: DocumentStore;
  readonly log: Log;
  /** Spares others the same work; which of two folds counts is the store's to say. */
  readonly alone: Bus['alone'];
  /** The rows of the document that were stored by then are folded, by this process or another. */
  readonly onFolded: (document: string) => void;
}

export const createCompaction = ({ store, log, alone, onFolded }: CompactionDeps): Compaction => {
  const requested = new Set<string>();
  let running: Promise<void> | null = null;

  const fold = async (document: string): Promise<void> => {
    const name = parseDocName(document);
    const stored = await store.load(document);
    const last = stored.rows.at(-1);
    if (name === null || last === undefined) return;
    const state = withStoredDoc(stored, (doc) => Y.encodeStateAsUpdate(doc));
    const snapshot = { document, upto: lastArrivalOf(last), state, bindings: storedBindings(stored) };
    await store.compact(journalOf(name), stored.snapshot?.upto ?? 0, snapshot);
  };

  const run = async (): Promise<void> => {
    for (const document of requested) {
      requested.delete(document);
      try {
        await alone(`fold ${document}`, () => fold(document));
        onFolded(document);
      } catch (cause) {
        log.warn('a document could not be folded; its rows stay', { document, cause });
      }
    }
    running = null;
  };

  return {
    request: (document) => {
      requested.add(document);
      running ??= Promise.resolve().then(run);
    },
    settled: () => running ?? Promise.resolve(),
    close: async () => {
      requested.clear();
      await running;
    },
  };
};
