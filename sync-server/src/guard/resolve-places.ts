/**
 * Second step: where would each new struct go? Follows Yjs' order of integration, so that a struct may stand beside
 * another of the same update, and ends with every struct placed or the update refused: nothing is ever left waiting for
 * something that may come later. [GRD-5] [GRD-7]
 */
import * as Y from 'yjs';
import { refuse } from './guard-error.ts';
import { isVacant, type Place, placeInRoot, placeOf, type RootNames, stateOf, structAt } from './live-store.ts';
import { clockEnd, REF, type WireStruct } from './scan-struct.ts';

export interface PlacedStruct {
  readonly struct: WireStruct;
  readonly place: Place;
}

export interface Placement {
  readonly placedByClient: ReadonlyMap<number, readonly PlacedStruct[]>;
  /**
   * Structs that Yjs cannot put next to a neighbour at once. It is enough for that to follow, as the first, the last
   * unit of a list or of another struct of this update; each other one may walk over the whole list.
   */
  readonly offTail: number;
}

interface Resolver {
  readonly doc: Y.Doc;
  readonly rootNames: RootNames;
  readonly placedByClient: Map<number, PlacedStruct[]>;
  /** Ends that a struct of this update follows already: live items, placed structs, names of empty lists. */
  readonly followed: Set<unknown>;
  offTail: number;
}

type Neighbour =
  | { readonly type: 'live'; readonly item: Y.Item; readonly place: Place }
  | { readonly type: 'placed'; readonly placed: PlacedStruct; readonly place: Place };

export const resolvePlaces = (
  doc: Y.Doc,
  rootNames: RootNames,
  freshByClient: ReadonlyMap<number, readonly WireStruct[]>,
): Placement => {
  const resolver: Resolver = { doc, rootNames, placedByClient: new Map(), followed: new Set(), offTail: 0 };
  let queues = [...freshByClient.values()].map((structs) => ({ structs, next: 0 }));
  for (const client of freshByClient.keys()) resolver.placedByClient.set(client, []);
  while (queues.length > 0) {
    let moved = false;
    for (const queue of queues) {
      for (let struct = queue.structs[queue.next]; struct !== undefined; struct = queue.structs[++queue.next]) {
        if (!isReady(resolver, struct)) break;
        place(resolver, struct);
        moved = true;
      }
    }
    queues = queues.filter((queue) => queue.next < queue.structs.length);
    if (queues.length > 0 && !moved) refuse('update-gap', 'a neighbour is missing');
  }
  return resolver;
};

const isReady = (resolver: Resolver, struct: WireStruct): boolean => {
  const { client, clock } = struct;
  // Yjs does not test these and throws in the middle of the transaction
  if (struct.originClient === client && struct.originClock >= clock) refuse('update-malformed', 'follows itself');
  if (struct.rightClient === client && struct.rightClock >= clock) refuse('update-malformed', 'precedes itself');
  return (
    (struct.originClient < 0 || struct.originClock < progressOf(resolver, struct.originClient)) &&
    (struct.rightClient < 0 || struct.rightClock < progressOf(resolver, struct.rightClient))
  );
};

const progressOf = ({ doc, placedByClient }: Resolver, client: number): number => {
  const last = placedByClient.get(client)?.at(-1);
  return last === undefined ? stateOf(doc, client) : clockEnd(last.struct);
};

const place = (resolver: Resolver, struct: WireStruct): void => {
  if (struct.ref === REF.collected) refuse('update-forbidden', 'a collected struct');
  if (struct.hasParentId) refuse('update-forbidden', 'nested in another struct');
  const left = struct.originClient < 0 ? null : neighbourAt(resolver, struct.originClient, struct.originClock);
  const right = struct.rightClient < 0 ? null : neighbourAt(resolver, struct.rightClient, struct.rightClock);
  // Yjs takes parent and key from the left one alone, but splits the right one in whatever list it stands
  if (left !== null && right !== null && !isSameList(left.place, right.place)) {
    refuse('update-forbidden', 'neighbours in different lists');
  }
  const found = left?.place ?? right?.place ?? placeInRoot(resolver.doc, struct.rootName ?? '', struct.key);
  // replicas would disagree on which of the elements is deleted by the next value
  if (found.key !== null && struct.length > 1 && struct.ref !== REF.tombstone) {
    refuse('update-forbidden', 'several values under one key');
  }
  const end = right === null ? endFollowed(struct, left, found) : null;
  if (end === null || resolver.followed.has(end)) resolver.offTail++;
  else resolver.followed.add(end);
  resolver.placedByClient.get(struct.client)?.push({ struct, place: found });
};

const neighbourAt = (resolver: Resolver, client: number, clock: number): Neighbour => {
  if (clock < stateOf(resolver.doc, client)) {
    const item = structAt(resolver.doc, client, clock);
    const found = placeOf(resolver.doc, resolver.rootNames, item);
    if (!(item instanceof Y.Item) || found === null) return refuse('update-forbidden', 'beside what has no place');
    return { type: 'live', item, place: found };
  }
  const placed = findPlaced(resolver.placedByClient.get(client) ?? [], clock);
  return { type: 'placed', placed, place: placed.place };
};

const findPlaced = (placed: readonly PlacedStruct[], clock: number): PlacedStruct => {
  let low = 0;
  let high = placed.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((placed[middle]?.struct.clock ?? clock) <= clock) low = middle;
    else high = middle - 1;
  }
  const found = placed[low];
  if (found === undefined) throw new Error(`no placed struct at ${clock}`); // `isReady` has seen to it
  return found;
};

/** The end that `struct` follows, as an identity; null when it follows none. */
const endFollowed = (struct: WireStruct, left: Neighbour | null, found: Place): unknown => {
  if (left === null) return isVacant(found) ? (found.key === null ? found.root : `${found.root}\0${found.key}`) : null;
  if (left.type === 'placed') return clockEnd(left.placed.struct) - 1 === struct.originClock ? left.placed : null;
  const isLastUnit = left.item.id.clock + left.item.length - 1 === struct.originClock;
  return isLastUnit && left.item.right === null ? left.item : null;
};

const isSameList = (a: Place, b: Place): boolean => a.root === b.root && a.key === b.key;
