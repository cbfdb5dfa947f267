/**
 * The whole guard under honest devices, offline and online, the server's own redactions, and a hostile device that
 * sends forged updates biased towards what it may do. Invariants after every step, convergence at the end.
 */
import { readLogs } from '@kith/schema/documents/segment';
import type { AccountId, ConversationId } from '@kith/schema/ids';
import * as Y from 'yjs';
import { applyServerChange } from '../server-change.ts';
import * as forged from './forge.ts';
import { append, createServer, newEvent, newId, newWriter, type Replica, rootOf } from './guard-server.ts';
import { createSeededRandom, type SeededRandom } from './random.ts';

export interface PolicyCounts {
  honest: number;
  forged: number;
  accepted: number;
  compared: number;
}

type Server = ReturnType<typeof createServer>;

interface Run {
  readonly random: SeededRandom;
  readonly server: Server;
  /** Applies only what was accepted, as a journal does. */
  readonly journal: Y.Doc;
  readonly counts: PolicyCounts;
}

const STEPS = 20;
const FORGERIES_PER_STEP = 4;

/** @throws Error when an honest update is refused, or an invariant falls */
export const fuzzSegment = (seed: number, rounds: number): PolicyCounts => {
  const counts = { honest: 0, forged: 0, accepted: 0, compared: 0 };
  for (let round = 0; round < rounds; round++) {
    const run = startRun(seed + round, counts, { type: 'segment', conversation: newId<ConversationId>(), n: 1 });
    fuzzLogs(run);
  }
  return counts;
};

/** @throws Error as above */
export const fuzzAccount = (seed: number, rounds: number): PolicyCounts => {
  const counts = { honest: 0, forged: 0, accepted: 0, compared: 0 };
  for (let round = 0; round < rounds; round++) {
    const account = newId<AccountId>();
    fuzzKeys(startRun(seed + round, counts, { type: 'account', account, generation: 1 }), account);
  }
  return counts;
};

const startRun = (seed: number, counts: PolicyCounts, name: Server['name']): Run => {
  const random = createSeededRandom(seed);
  const run = { random, server: createServer(name, { random }), journal: new Y.Doc(), counts };
  changeAsServer(run, (doc) => doc.getMap('meta').set('title', 'fixed'));
  return run;
};

const changeAsServer = ({ server, journal }: Run, change: (doc: Y.Doc) => void): void =>
  Y.applyUpdate(journal, applyServerChange({ ...server, origin: null, change }).update);

const fuzzLogs = (run: Run): void => {
  const { random, server } = run;
  const [a, b] = [newWriter(), newWriter()];
  const writers = [a, newWriter(a.account), b, newWriter(b.account), newWriter()];
  const devices = writers.map((writer) => server.connect(writer));
  const sentByRoot = new Map(writers.map((writer) => [rootOf(writer), [] as string[]]));
  const hostile = newWriter();
  const hostileIds = [1, 2, 3].map(() => server.issue(hostile));
  for (let step = 0; step < STEPS; step++) {
    const device = random.pick(devices);
    for (let count = random.int(4); count > 0; count--) {
      const event = newEvent({}, new Uint8Array(4));
      sentByRoot.get(rootOf(device.writer))!.push(hex(event));
      append(device, event);
    }
    if (random.chance(0.7)) push(run, device);
    if (random.chance(0.5)) pull(run, random.pick(devices));
    if (random.chance(0.2)) redact(run, random.pick(writers.map(rootOf)), sentByRoot);
    for (let k = 0; k < FORGERIES_PER_STEP; k++) forgeEntries(run, hostile, hostileIds);
    assertLogs(run, sentByRoot, rootOf(hostile));
  }
  for (const device of devices) push(run, device);
  for (const device of devices) pull(run, device);
  for (const [root, sent] of sentByRoot) assert(logAt(server.doc, root).join() === sent.join(), `${root} is not whole`);
  assertConverged(run, devices);
};

const push = ({ random, server, journal, counts }: Run, { doc, writer }: Replica): void => {
  const vector = random.chance(0.2) ? undefined : Y.encodeStateVector(server.doc);
  const mode = random.chance(0.7) ? 'step2' : 'update';
  const sent = server.send(writer, Y.encodeStateAsUpdate(doc, vector), { mode });
  counts.honest++;
  // the complete delete set is in every encoded state; in a plain update the server's deletions are no change either
  if (!sent.ok) throw new Error(`honest ${mode} refused: ${sent.error.type} ${sent.error.detail}`);
  Y.applyUpdate(journal, sent.value.sanitised);
};

const pull = ({ server }: Run, { doc }: Replica): void =>
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(server.doc, Y.encodeStateVector(doc)));

const redact = (run: Run, root: string, sentByRoot: Map<string, string[]>): void => {
  const log = logAt(run.server.doc, root);
  if (log.length === 0) return;
  const at = run.random.int(log.length);
  changeAsServer(run, (doc) => doc.getArray(root).delete(at));
  const sent = sentByRoot.get(root)!;
  sent.splice(sent.indexOf(log[at]!), 1);
};

const forgeEntries = (run: Run, hostile: Replica['writer'], ids: readonly number[]): void => {
  const { random, server } = run;
  const client = random.pick(ids);
  const from = Math.max(0, Y.getState(server.doc.store, client) - random.int(3));
  const structs: forged.ForgedStruct[] = [];
  let clock = from;
  for (let count = 1 + random.int(3); count > 0; count--) {
    const content = forged.entries(...Array.from({ length: 1 + random.int(2) }, () => newEvent({}, new Uint8Array(4))));
    const last = clock > from && random.chance(0.5) ? ([client, clock - 1] as const) : null;
    const sort = random.next();
    let struct = forged.item(content, { origin: anyId(run, ids), right: anyId(run, ids) });
    if (sort < 0.35) struct = forged.item(content, { root: rootOf(hostile) });
    else if (sort < 0.85) struct = forged.item(content, { origin: last ?? anyId(run, ids) });
    else if (sort < 0.9) struct = forged.item(forged.tombstone(2), { origin: last ?? anyId(run, ids) });
    structs.push(struct);
    clock += struct.length;
  }
  sendForged(run, hostile, [client, from, structs]);
};

const sendForged = (
  run: Run,
  hostile: Replica['writer'],
  section: readonly [number, number, forged.ForgedStruct[]],
): void => {
  const { random, server, journal, counts } = run;
  const dying = random.pick([...server.doc.store.clients.keys()]);
  const deletes = random.chance(0.2) ? [[dying, [random.int(5), 1 + random.int(2)]] as const] : [];
  const update = forged.forge({ sections: [section], deletes });
  if (random.chance(0.05)) update[random.int(update.length)] = random.int(256);
  counts.forged++;
  const sent = server.send(hostile, update, { mode: random.chance(0.5) ? 'step2' : 'update' });
  if (!sent.ok) return;
  counts.accepted++;
  Y.applyUpdate(journal, sent.value.sanitised);
};

const anyId = ({ random, server }: Run, ids: readonly number[]): readonly [number, number] => {
  const client = random.chance(0.8) ? random.pick(ids) : random.pick([...server.doc.store.clients.keys()]);
  return [client, random.int(Y.getState(server.doc.store, client) || 1)];
};

const KEYS = ['a', 'b', 'c'];

const fuzzKeys = (run: Run, account: AccountId): void => {
  const { random, server } = run;
  const devices = [1, 2, 3].map(() => server.connect(newWriter(account)));
  const hostile = newWriter(account);
  const hostileIds = [1, 2].map(() => server.issue(hostile));
  for (let step = 0; step < STEPS; step++) {
    const device = random.pick(devices);
    for (let count = random.int(4); count > 0; count--) {
      const map = device.doc.getMap(random.pick(['settings', 'mutes']));
      if (random.chance(0.7)) map.set(random.pick(KEYS), Uint8Array.of(random.int(256)));
      else map.delete(random.pick(KEYS));
    }
    if (random.chance(0.2))
      changeAsServer(run, (doc) => doc.getMap('inbox').set(random.pick(KEYS), Uint8Array.of(step)));
    if (random.chance(0.2)) device.doc.getMap('inbox').delete(random.pick(KEYS));
    if (random.chance(0.7)) push(run, device);
    if (random.chance(0.5)) pull(run, random.pick(devices));
    for (let k = 0; k < FORGERIES_PER_STEP; k++) forgeValues(run, hostile, hostileIds);
    assertHealthy(run, (root) => ['meta', 'inbox', 'settings', 'mutes'].includes(root));
  }
  for (const device of devices) push(run, device);
  for (const device of devices) pull(run, device);
  assertConverged(run, devices);
};

const forgeValues = (run: Run, hostile: Replica['writer'], ids: readonly number[]): void => {
  const { random, server } = run;
  const client = random.pick(ids);
  const from = Math.max(0, Y.getState(server.doc.store, client) - random.int(2));
  const structs: forged.ForgedStruct[] = [];
  let clock = from;
  for (let count = 1 + random.int(3); count > 0; count--) {
    const content = random.pick([forged.bytes(Uint8Array.of(1)), forged.values(Uint8Array.of(2)), forged.tombstone(2)]);
    const last = clock > from && random.chance(0.5) ? ([client, clock - 1] as const) : null;
    const root = random.pick(['settings', 'settings', 'mutes', 'inbox']);
    const struct = random.chance(0.4)
      ? forged.item(content, { root, key: random.pick(KEYS) })
      : forged.item(content, {
          origin: last ?? anyId(run, ids),
          right: random.chance(0.1) ? anyId(run, ids) : undefined,
        });
    structs.push(struct);
    clock += struct.length;
  }
  sendForged(run, hostile, [client, from, structs]);
};

const assertLogs = (run: Run, sentByRoot: ReadonlyMap<string, readonly string[]>, hostileRoot: string): void => {
  for (const [root, sent] of sentByRoot) {
    const log = logAt(run.server.doc, root);
    assert(log.join() === sent.slice(0, log.length).join(), `${root} is not what its device wrote, in order`);
  }
  assertHealthy(run, (root) => root === 'meta' || root === hostileRoot || sentByRoot.has(root));
};

const assertHealthy = ({ server, journal, counts }: Run, isKnownRoot: (root: string) => boolean): void => {
  assert(server.doc.store.pendingStructs === null && server.doc.store.pendingDs === null, 'something waits');
  assert(server.doc.getMap('meta').get('title') === 'fixed', "the server's root was changed");
  for (const root of server.doc.share.keys()) assert(isKnownRoot(root), `root ${root}`);
  counts.compared++;
  assert(view(journal) === view(server.doc), 'what was accepted is not what the document holds');
};

const assertConverged = ({ server, counts }: Run, devices: readonly Replica[]): void => {
  const late = new Y.Doc();
  Y.applyUpdate(late, Y.encodeStateAsUpdate(server.doc));
  for (const doc of [late, ...devices.map((device) => device.doc)]) {
    counts.compared++;
    assert(view(doc) === view(server.doc), 'a replica diverged');
  }
};

const hex = (event: Uint8Array): string => Buffer.from(event.subarray(1, 17)).toString('hex');
const logAt = (doc: Y.Doc, root: string): string[] =>
  doc
    .getArray<[Uint8Array]>(root)
    .toArray()
    .map(([event]) => hex(event));

const view = (doc: Y.Doc): string => {
  const logs = readLogs(doc).map(({ owner, events }) => [rootOf(owner), events.map(hex)] as const);
  // asked for by name only where it is there: asking makes a root
  const maps = ['meta', 'inbox', 'settings', 'mutes'].map((root) =>
    doc.share.has(root) ? [root, Object.entries(doc.getMap(root).toJSON()).sort()] : [root, []],
  );
  return JSON.stringify([logs.filter(([, events]) => events.length > 0).sort(([a], [b]) => (a < b ? -1 : 1)), maps]);
};

const assert = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};
