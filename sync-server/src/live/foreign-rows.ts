/** Takes in what another process appended: bindings first, then the update. Applying twice changes nothing. [JRN-4] */
import type { JournalName } from '@kith/schema/doc-name';
import { applyStored, storedBindings } from '../journal/fold-stored.ts';
import type { DocumentStore, JournalRow, StoredDocument } from '../storage/document-store.ts';
import type { DocumentState, LiveDocuments } from './live-documents.ts';

/** Tells the engine that another process stores it. */
const ORIGIN = { source: 'redis' } as const;

export const takeIn = ({ document, clientIds, contents }: DocumentState, stored: StoredDocument): void => {
  clientIds.restore(storedBindings(stored));
  applyStored(document, stored, ORIGIN);
  contents?.readAgain();
};

export const applyForeignRow = (live: LiveDocuments, row: JournalRow): void => {
  const state = live.find(row.document);
  if (state === null) return;
  takeIn(state, { snapshot: null, rows: [row] });
  state.rows++;
};

/** The rows themselves are gone: reads again every loaded document of the journal. */
export const applyForeignFold = async (
  live: LiveDocuments,
  store: DocumentStore,
  journal: JournalName,
): Promise<void> => {
  for (const state of live.ofJournal(journal)) takeIn(state, await store.load(state.document.name));
};
