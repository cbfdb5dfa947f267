/** The documents in memory and what the server knows of each beside its Yjs state. */
import type { DocName, JournalName } from '@kith/schema/doc-name';
import type * as Y from 'yjs';
import type { ClientIds } from '../guard/client-ids.ts';
import type { SegmentContents } from '../segments/segment-contents.ts';

export interface LiveDocument extends Y.Doc {
  readonly name: string;
  readonly isDestroyed: boolean;
}

export interface DocumentState {
  readonly document: LiveDocument;
  readonly name: DocName;
  readonly journal: JournalName;
  readonly clientIds: ClientIds;
  /** Of segments only. */
  readonly contents: SegmentContents | null;
  /** Rows stored since the last snapshot. */
  rows: number;
  /** It is not what it should be: nobody reads or writes it any more, and it is loaded again. */
  isAbandoned: boolean;
}

export interface LiveDocuments {
  add(state: DocumentState): void;
  find(name: string): DocumentState | null;
  ofJournal(journal: JournalName): readonly DocumentState[];
  /** Forgets a document that the engine has unloaded; one loaded again meanwhile stays. Null when it stayed. */
  drop(name: string): DocumentState | null;
  readonly size: number;
}

export const createLiveDocuments = (): LiveDocuments => {
  const states = new Map<string, DocumentState>();
  const statesByJournal = new Map<JournalName, Set<DocumentState>>();

  const remove = (state: DocumentState): void => {
    states.delete(state.document.name);
    const siblings = statesByJournal.get(state.journal);
    siblings?.delete(state);
    if (siblings?.size === 0) statesByJournal.delete(state.journal);
  };

  return {
    add: (state) => {
      const replaced = states.get(state.document.name);
      if (replaced !== undefined) remove(replaced);
      states.set(state.document.name, state);
      statesByJournal.set(state.journal, (statesByJournal.get(state.journal) ?? new Set()).add(state));
    },
    find: (name) => states.get(name) ?? null,
    ofJournal: (journal) => [...(statesByJournal.get(journal) ?? [])],
    drop: (name) => {
      const state = states.get(name);
      if (state === undefined || !state.document.isDestroyed) return null;
      remove(state);
      return state;
    },
    get size() {
      return states.size;
    },
  };
};
