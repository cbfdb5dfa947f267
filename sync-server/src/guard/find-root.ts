/**
 * Which root would a struct go to, judged from what the update says and before anything is stripped? Follows
 * origins through the update to a root's name or a live neighbour. Asked only about client ids that nobody was given, to
 * tell content of others that this server has not got yet from the writer's own. Cost: O(structs of the update).
 */
import type * as Y from 'yjs';
import { placeOf, type RootNames, stateOf, structAt } from './live-store.ts';
import { clockEnd, type WireStruct } from './scan-struct.ts';
import type { ScannedUpdate, Section } from './scan-update.ts';

/** The root a struct would stand under; null when that cannot be told. */
export type FindRoot = (struct: WireStruct) => string | null;

export const createFindRoot = (doc: Y.Doc, rootNames: RootNames, scanned: ScannedUpdate): FindRoot => {
  const sectionByClient = new Map(scanned.sections.map((section) => [section.client, section]));
  const rootByStruct = new Map<WireStruct, string | null>();

  const neighbourRoot = (client: number, clock: number): WireStruct | string | null => {
    if (clock < stateOf(doc, client)) return placeOf(doc, rootNames, structAt(doc, client, clock))?.root ?? null;
    const section = sectionByClient.get(client);
    return section === undefined ? null : (findStruct(section, clock) ?? null);
  };
  const step = (struct: WireStruct): WireStruct | string | null => {
    if (struct.rootName !== null) return struct.rootName;
    if (struct.originClient >= 0) return neighbourRoot(struct.originClient, struct.originClock);
    return struct.rightClient >= 0 ? neighbourRoot(struct.rightClient, struct.rightClock) : null;
  };

  return (struct) => {
    const path: WireStruct[] = [];
    let at: WireStruct | string | null = struct;
    while (at !== null && typeof at !== 'string') {
      const known = rootByStruct.get(at);
      if (known !== undefined) {
        at = known;
        break;
      }
      rootByStruct.set(at, null); // a circle ends here, with no answer
      path.push(at);
      at = step(at);
    }
    for (const passed of path) rootByStruct.set(passed, at);
    return at;
  };
};

const findStruct = ({ structs }: Section, clock: number): WireStruct | undefined => {
  let low = 0;
  let high = structs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((structs[middle]?.clock ?? clock) <= clock) low = middle;
    else high = middle - 1;
  }
  const found = structs[low];
  return found !== undefined && found.clock <= clock && clock < clockEnd(found) ? found : undefined;
};
