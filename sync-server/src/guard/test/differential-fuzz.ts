/**
 * The inspection against Yjs itself: whatever is let through, Yjs must apply without error, and must add and delete
 * exactly the units that were announced, where they were announced. No rules here: all of Yjs that can be scanned.
 */
import * as Y from 'yjs';
import { GuardError } from '../guard-error.ts';
import { type Inspection, inspectUpdate } from '../inspect-update.ts';
import { createRootNames, type LiveType } from '../live-store.ts';
import { clockEnd, REF } from '../scan-struct.ts';
import { SCAN_LIMITS } from '../update-limits.ts';
import { createChaos } from './chaos.ts';
import { createSeededRandom, type SeededRandom } from './random.ts';

export interface DifferentialCounts {
  honest: number;
  forged: number;
  accepted: number;
  compared: number;
}

const rootNames = createRootNames();
const ADMIT_ALL = {
  admitsSection: () => true,
  admitsDeletion: () => true,
  stripsUnknownDeletions: () => false,
};
const inspect = (doc: Y.Doc, update: Uint8Array): Inspection =>
  inspectUpdate({ doc, rootNames, update, limits: SCAN_LIMITS.step2, admission: ADMIT_ALL });

/** @throws Error when anything differs */
export const fuzzInspection = (seed: number, rounds: number): DifferentialCounts => {
  const random = createSeededRandom(seed);
  const counts = { honest: 0, forged: 0, accepted: 0, compared: 0 };
  for (let round = 0; round < rounds; round++) fuzzOnce(random, counts);
  return counts;
};

const fuzzOnce = (random: SeededRandom, counts: DifferentialCounts): void => {
  const chaos = createChaos(random);
  const server = new Y.Doc({ gc: random.chance(0.8) });
  Y.applyUpdate(server, chaos.foreignText());
  const peers = [10, 11, 12].map((id) => {
    const peer = new Y.Doc();
    peer.clientID = id;
    return peer;
  });
  for (let step = 0; step < 12; step++) {
    const peer = random.pick(peers);
    for (let edits = random.int(3); edits >= 0; edits--) chaos.edit(peer);
    const update = Y.encodeStateAsUpdate(peer, chaos.staleVector(server));
    counts.honest++;
    const sanitised = assertAnnounced(server, update, inspect(server, update));
    assertSameEffect(server, update, sanitised);
    counts.compared++;
    Y.applyUpdate(server, update);
    for (let k = 0; k < 6; k++) {
      counts.forged++;
      const forged = chaos.forge(server);
      const accepted = inspectForged(server, forged);
      if (accepted === null) continue;
      counts.accepted++;
      assertAnnounced(server, forged, accepted);
      if (random.chance(0.3)) adopt(server, accepted);
    }
    if (random.chance(0.6)) Y.applyUpdate(random.pick(peers), Y.encodeStateAsUpdate(server));
  }
};

const inspectForged = (server: Y.Doc, update: Uint8Array): Inspection | null => {
  const before = view(server);
  try {
    return inspect(server, update);
  } catch (error) {
    if (!(error instanceof GuardError)) throw error;
    return null;
  } finally {
    assert(view(server) === before, 'the inspection changed the document');
  }
};

/** Goes on with a forged state, so that later ones build on it; not under a peer's id, nor one whose order is not sure. */
const adopt = (server: Y.Doc, { placedByClient, sanitised }: Inspection): void => {
  if ([...placedByClient.keys()].some((client) => client < 20)) return;
  const tried = clone(server);
  Y.applyUpdate(tried, sanitised);
  if (view(clone(tried)) === view(tried)) Y.applyUpdate(server, sanitised);
};

const assertSameEffect = (server: Y.Doc, update: Uint8Array, sanitised: Uint8Array): void => {
  const [whole, stripped] = [clone(server), clone(server)];
  Y.applyUpdate(whole, update);
  Y.applyUpdate(stripped, sanitised);
  assert(view(whole) === view(stripped), 'stripping changed the effect');
};

/** Applies what was inspected to a copy and compares, unit by unit. */
const assertAnnounced = (server: Y.Doc, update: Uint8Array, inspection: Inspection): Uint8Array => {
  const copy = clone(server);
  copy.gc = false; // the places of what dies stay visible
  const before = placesOf(copy);
  const text = copy.getText('note').toString();
  const roots = new Set(copy.share.keys());
  Y.applyUpdate(copy, inspection.sanitised);
  assert(copy.store.pendingStructs === null && copy.store.pendingDs === null, 'something waits');
  const after = placesOf(copy);
  const added = announcedUnits(inspection);
  const changedPlaces = new Set<string>();
  for (const [unit, placed] of after) {
    if (!before.has(unit)) assert(added.get(unit) === placed.place, `${unit} went to ${placed.place}`);
  }
  assert(after.size === before.size + added.size, 'units were added or lost');
  for (const place of added.values()) changedPlaces.add(place);
  const deleted = new Set(inspection.deletions.flatMap(({ client, clock, length }) => units(client, clock, length)));
  for (const unit of deleted) assert(after.get(unit)?.deleted === true, `${unit} lives on`);
  for (const [unit, { place, deleted: wasDeleted }] of before) {
    const died = after.get(unit)?.deleted === true && !wasDeleted;
    const byReplacement = !place.endsWith('|list') && changedPlaces.has(place);
    assert(!died || deleted.has(unit) || byReplacement, `${unit} died unannounced`);
  }
  for (const root of copy.share.keys()) {
    assert(roots.has(root) || [...added.values()].some((place) => place.startsWith(`${root}|`)), `root ${root}`);
  }
  const touchesText = [...changedPlaces].some((place) => place.startsWith('note|')) || update.length === 0;
  assert(touchesText || deleted.size > 0 || copy.getText('note').toString() === text, 'text was destroyed');
  return inspection.sanitised;
};

const announcedUnits = ({ placedByClient }: Inspection): Map<string, string> => {
  const added = new Map<string, string>();
  for (const { struct, place } of [...placedByClient.values()].flat()) {
    assert(struct.ref !== REF.collected && clockEnd(struct) > struct.clock, 'an empty struct');
    for (const unit of units(struct.client, struct.clock, struct.length))
      added.set(unit, placeKey(place.root, place.key));
  }
  return added;
};

const placesOf = (doc: Y.Doc): Map<string, { place: string; deleted: boolean }> => {
  const places = new Map<string, { place: string; deleted: boolean }>();
  const names = new Map([...doc.share].map(([name, type]) => [type as unknown, name]));
  for (const struct of [...doc.store.clients.values()].flat()) {
    assert(struct instanceof Y.Item, 'a collected struct');
    const item = struct as Y.Item;
    const place = placeKey(names.get(item.parent as LiveType) ?? '?', item.parentSub);
    for (const unit of units(item.id.client, item.id.clock, item.length))
      places.set(unit, { place, deleted: item.deleted });
  }
  return places;
};

const placeKey = (root: string, key: string | null): string => `${root}|${key === null ? 'list' : `key ${key}`}`;
const units = (client: number, clock: number, length: number): string[] =>
  Array.from({ length }, (_, i) => `${client}:${clock + i}`);

const clone = (doc: Y.Doc): Y.Doc => {
  const copy = new Y.Doc({ gc: doc.gc });
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
};

/** State, roots, and what lives where in which order. */
const view = (doc: Y.Doc): string => {
  const roots = [...doc.share].map(([name, type]) => {
    const list: string[] = [];
    for (let item = type._start; item !== null; item = item.right) {
      if (!item.deleted) list.push(...units(item.id.client, item.id.clock, item.length));
    }
    const keys = [...type._map]
      .filter(([, item]) => !item.deleted)
      .map(([key, { id }]) => `${key}=${id.client}:${id.clock}`);
    return [name, list, keys.sort()] as const;
  });
  const filled = roots.filter(([, list, keys]) => list.length + keys.length > 0);
  const vector = [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b);
  return JSON.stringify([vector, filled.sort(([a], [b]) => (a < b ? -1 : 1))]);
};

const assert = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};
