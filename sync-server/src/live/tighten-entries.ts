/**
 * A loaded segment in less memory, and otherwise the same: each entry of a log is an array of one, and lib0 reads it into
 * one with room for seventeen. A fifth of what a segment takes. Cost: O(events), some ten nanoseconds each.
 */
import * as Y from 'yjs';

export const tightenEntries = (doc: Y.Doc): void => {
  for (const structs of doc.store.clients.values()) {
    for (const struct of structs) {
      if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentAny)) continue;
      const entries: unknown[] = struct.content.arr;
      for (const [i, entry] of entries.entries()) if (Array.isArray(entry)) entries[i] = entry.slice();
    }
  }
};
