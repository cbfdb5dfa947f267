/** Work of the server's own on a document, whether somebody has it open or not: it stays in memory meanwhile. */
import type { DocumentState, LiveDocuments } from './live-documents.ts';

export interface OwnWork {
  /** Null when the document cannot be read now. What `work` throws is thrown. */
  on<T>(documentName: string, work: (state: DocumentState) => T | Promise<T>): Promise<T | null>;
}

/** Loads a document unless it is in memory, and keeps it there until the release. */
export type HoldDocument = (documentName: string) => Promise<() => Promise<void>>;

export const createOwnWork = ({ live, hold }: { live: LiveDocuments; hold: HoldDocument }): OwnWork => ({
  on: async (documentName, work) => {
    const release = await hold(documentName).catch(() => null); // who loads it has said why not
    if (release === null) return null;
    try {
      const state = live.find(documentName);
      return state === null || state.isAbandoned || state.document.isDestroyed ? null : await work(state);
    } finally {
      await release();
    }
  },
});
