/**
 * Reads a live document's store without the helpers of Yjs, which throw, split items or create roots. Nothing here
 * changes a document, and nothing costs more than a binary search in one client's structs.
 */
import * as Y from 'yjs';
import { refuse } from './guard-error.ts';

export type LiveStruct = Y.Item | Y.GC;
/** Yjs' types are generic in their event, which nothing here looks at. */
export type LiveType = Y.Item['parent'] & Y.AbstractType<never>;

/** Where a struct stands: an element of a root's list, or a value under one of its keys. */
export interface Place {
  readonly root: string;
  /** Null: an element of the list. */
  readonly key: string | null;
  /** Null while nothing has been written under this root. */
  readonly type: LiveType | null;
}

/** The first clock of `client` that the document does not have. */
export const stateOf = (doc: Y.Doc, client: number): number => {
  const last = doc.store.clients.get(client)?.at(-1);
  return last === undefined ? 0 : last.id.clock + last.length;
};

/** Index of the struct that holds `clock`; the caller knows that `clock` lies below the state. */
export const indexOfClock = (structs: readonly LiveStruct[], clock: number): number => {
  let high = structs.length - 1;
  if (clockOf(structs, high) <= clock) return high; // nearly every look-up is for the newest
  let low = 0;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (clockOf(structs, middle) <= clock) low = middle;
    else high = middle - 1;
  }
  return low;
};

const clockOf = (structs: readonly LiveStruct[], index: number): number =>
  structs[index]?.id.clock ?? Number.POSITIVE_INFINITY;

/** The struct that holds a clock below the state of its client. */
export const structAt = (doc: Y.Doc, client: number, clock: number): LiveStruct => {
  const structs = doc.store.clients.get(client) ?? [];
  const struct = structs[indexOfClock(structs, clock)];
  if (struct === undefined) throw new Error(`no struct at ${client}:${clock}`);
  return struct;
};

/** Names of root types. Remembers them: Yjs itself searches all roots for each question. */
export interface RootNames {
  nameOf(doc: Y.Doc, type: LiveType): string;
}

export const createRootNames = (): RootNames => {
  const nameByType = new WeakMap<object, string>();
  return {
    nameOf: (doc, type) => {
      const known = nameByType.get(type);
      if (known !== undefined) return known;
      for (const [name, root] of doc.share) nameByType.set(root, name);
      return nameByType.get(type) ?? refuse('update-forbidden', 'a type that is no root');
    },
  };
};

/** Null when it has none that can be written: collected, or inside a nested type. */
export const placeOf = (doc: Y.Doc, rootNames: RootNames, struct: LiveStruct): Place | null => {
  if (!(struct instanceof Y.Item)) return null;
  const type = struct.parent as LiveType;
  if (type._item !== null) return null;
  return { root: rootNames.nameOf(doc, type), key: struct.parentSub, type };
};

export const placeInRoot = (doc: Y.Doc, root: string, key: string | null): Place => ({
  root,
  key,
  type: (doc.share.get(root) as LiveType | undefined) ?? null,
});

/** Is the list, or the chain of values under the key, empty so far? */
export const isVacant = (place: Place): boolean =>
  place.type === null || (place.key === null ? place.type._start === null : !place.type._map.has(place.key));

/** @throws Error when something waits in the store: it would be applied later, authorised by nobody. [GRD-5] */
export const assertNothingPending = (doc: Y.Doc): void => {
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) {
    throw new Error('the document holds pending structs: drop it and load it again');
  }
};
