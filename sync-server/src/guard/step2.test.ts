/** SyncStep2 carries more than the sender's own: foreign parts are stripped, own ones never in silence. */
import { logRoot } from '@kith/schema/documents/segment';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { createClientIds } from './client-ids.ts';
import { entries, forge, item } from './test/forge.ts';
import { append, copyOf, fingerprint, logOf, newEvent, type Replica, rootOf } from './test/guard-server.ts';
import { createWorld, type World } from './test/guard-world.ts';
import { createSeededRandom } from './test/random.ts';

/** The server as it was, with the client ids it knew of then. */
const restoreFrom = (world: World, known: readonly Replica[]) => {
  const doc = copyOf(world.doc);
  const clientIds = createClientIds({ doc, random: createSeededRandom(9).fill });
  clientIds.restore(known.map(({ id, writer }) => ({ clientId: id, ...writer })));
  const send = (replica: Replica, mode: 'update' | 'step2') =>
    world.send(replica.writer, Y.encodeStateAsUpdate(replica.doc, Y.encodeStateVector(doc)), { doc, clientIds, mode });
  return { doc, clientIds, send };
};

const deleteByServer = (world: World, replica: Replica, index: number): void =>
  world.doc.getArray(rootOf(replica.writer)).delete(index);

test("[GRD-11] others' newer events, known to a client of a restored server, are stripped and its own taken", () => {
  const world = createWorld();
  const old = restoreFrom(world, [world.alice, world.mallory]);
  append(world.alice, newEvent());
  world.sync(world.alice);
  world.sync(world.mallory);
  append(world.mallory, newEvent());
  expect(old.send(world.mallory, 'update')).toMatchObject({ ok: false, error: { type: 'update-forbidden' } });
  expect(old.send(world.mallory, 'step2')).toMatchObject({ ok: true, value: { changed: true, events: [{}] } });
  expect(logOf(old.doc, world.mallory)).toHaveLength(3);
  expect(logOf(old.doc, world.alice)).toHaveLength(3);
  expect(old.send(world.alice, 'step2')).toMatchObject({ ok: true, value: { events: [{}] } });
  expect(logOf(old.doc, world.alice)).toHaveLength(4);
});

test("[GRD-11] others' events under ids that this server has not heard of are stripped too", () => {
  const world = createWorld();
  const old = restoreFrom(world, [world.alice, world.mallory]);
  const again = world.connect(world.alice.writer);
  append(again, newEvent());
  world.sync(again);
  append(again, newEvent()); // its origin is an entry that will be stripped as well
  world.sync(again);
  world.sync(world.mallory);
  append(world.mallory, newEvent());
  expect(old.send(world.mallory, 'update')).toMatchObject({ ok: false, error: { type: 'client-id-unknown' } });
  expect(old.send(world.mallory, 'step2')).toMatchObject({ ok: true, value: { events: [{}] } });
  expect(logOf(old.doc, world.alice)).toHaveLength(3);
});

test('[GRD-12] own events under an id that the server forgot are refused, with their ids, not stripped', () => {
  const world = createWorld();
  const again = world.connect(world.alice.writer);
  const event = newEvent();
  append(again, event);
  const reloaded = restoreFrom(world, [world.alice, world.mallory]);
  const sent = reloaded.send(again, 'step2');
  expect(sent).toMatchObject({ ok: false, error: { type: 'client-id-unknown' } });
  expect(sent.ok || sent.error.eventIds).toHaveLength(1);
});

test('[GRD-12] an own event that follows one the server never had is refused, not stripped', () => {
  const world = createWorld();
  append(world.mallory, newEvent());
  const old = restoreFrom(world, [world.alice, world.mallory]);
  append(world.mallory, newEvent());
  const tail = Y.encodeStateAsUpdate(world.mallory.doc, Y.encodeStateVector(copyOf(world.mallory.doc)));
  expect(tail).toEqual(Uint8Array.of(0, 0));
  const ahead = forge({
    sections: [[world.mallory.id, 5, [item(entries(newEvent()), { origin: [world.mallory.id, 4] })]]],
  });
  const sent = world.send(world.mallory.writer, ahead, { ...old, mode: 'step2' });
  expect(sent).toMatchObject({ ok: false, error: { type: 'update-gap' } });
});

test('[GRD-15] an own event that the server has deleted may be sent again, and stays deleted', () => {
  const world = createWorld();
  append(world.alice, newEvent(), newEvent());
  world.sync(world.alice);
  deleteByServer(world, world.alice, 3);
  const before = fingerprint(world.doc);
  for (const mode of ['update', 'step2'] as const) {
    const sent = world.send(world.alice.writer, Y.encodeStateAsUpdate(world.alice.doc), { mode });
    expect(sent).toMatchObject({ ok: true, value: { changed: false } });
  }
  append(world.alice, newEvent()); // known, deleted and new in one merged struct
  const sent = world.send(world.alice.writer, Y.encodeStateAsUpdate(world.alice.doc), { mode: 'step2' });
  expect(sent).toMatchObject({ ok: true, value: { changed: true, events: [{}] } });
  expect(fingerprint(world.doc)).not.toBe(before);
  expect(logOf(world.doc, world.alice)).toHaveLength(5);
});

test("[GRD-11] the whole delete set of a redaction travels with every client's step 2 and harms nobody", () => {
  const world = createWorld();
  deleteByServer(world, world.alice, 1);
  const old = restoreFrom(world, [world.alice, world.mallory]);
  deleteByServer(world, world.alice, 0);
  world.sync(world.mallory);
  append(world.mallory, newEvent());
  // a server that lags has not deleted the second one yet, and does not do so on mallory's word
  const sent = old.send(world.mallory, 'step2');
  expect(sent).toMatchObject({ ok: true, value: { changed: true, events: [{}] } });
  expect(logOf(old.doc, world.alice)).toHaveLength(2);
  expect(Y.decodeUpdate(sent.ok ? sent.value.sanitised : Uint8Array.of(0, 0)).ds.clients.size).toBe(0);
  expect(old.send(world.mallory, 'update')).toMatchObject({ ok: false, error: { type: 'update-forbidden' } });
});

test("[GRD-11] deletions of others' clocks that this server never saw are clipped, of own ones refused", () => {
  const world = createWorld();
  const { id, writer } = world.mallory;
  const others = forge({ deletes: [[world.alice.id, [2, 50]]] });
  const before = fingerprint(world.doc);
  expect(world.send(writer, others, { mode: 'step2' })).toMatchObject({ ok: true, value: { changed: false } });
  expect(fingerprint(world.doc)).toBe(before);
  const own = forge({ deletes: [[id, [2, 50]]] });
  expect(world.send(writer, own, { mode: 'step2' })).toMatchObject({ ok: false, error: { type: 'update-gap' } });
});

test("[GRD-11] content forged under the victim's id is gone without a trace", () => {
  const world = createWorld();
  const before = fingerprint(world.doc);
  const struct = item(entries(newEvent()), { root: rootOf(world.mallory.writer) });
  const update = forge({ sections: [[world.alice.id, 3, [struct]]] });
  const sent = world.send(world.mallory.writer, update, { mode: 'step2' });
  expect(sent).toMatchObject({ ok: true, value: { changed: false } });
  expect(fingerprint(world.doc)).toBe(before);
});

test('[GRD-5] an own event beside a stripped one is refused as a gap', () => {
  const world = createWorld();
  const { id, writer } = world.mallory;
  const update = forge({
    sections: [
      [world.alice.id, 3, [item(entries(newEvent()), { root: rootOf(writer) })]],
      [id, 2, [item(entries(newEvent()), { origin: [world.alice.id, 3] })]],
    ],
  });
  const sent = world.send(writer, update, { mode: 'step2' });
  expect(sent).toMatchObject({ ok: false, error: { type: 'update-gap' } });
});

test('[GRD-3] what is stripped does not count against the limits', () => {
  const world = createWorld();
  const foreign = Array.from({ length: 40 }, (_, i) => {
    const root = logRoot(world.alice.writer.account, world.alice.writer.device);
    return [1_000 + i, 0, [item(entries(newEvent()), { root })]] as const;
  });
  const own = [world.mallory.id, 2, [item(entries(newEvent()), { origin: [world.mallory.id, 1] })]] as const;
  const sent = world.send(world.mallory.writer, forge({ sections: [...foreign, own] }), { mode: 'step2' });
  expect(sent).toMatchObject({ ok: true, value: { events: [{}] } });
});

test('[GRD-18] a reader whose step 2 holds only what is foreign is answered without fuss', () => {
  const world = createWorld();
  const old = restoreFrom(world, [world.alice, world.mallory]);
  append(world.alice, newEvent());
  world.sync(world.alice);
  world.sync(world.mallory);
  const update = Y.encodeStateAsUpdate(world.mallory.doc, Y.encodeStateVector(old.doc));
  const sent = world.send(world.mallory.writer, update, { ...old, mode: 'step2', canWrite: false });
  expect(sent).toMatchObject({ ok: true, value: { changed: false } });
});

test('[GRD-6] known clocks of others are not compared: what they claim is stripped in either mode', () => {
  const world = createWorld();
  const before = fingerprint(world.doc);
  const update = forge({ sections: [[world.alice.id, 0, [item(entries(newEvent()), { root: 'evil' })]]] });
  for (const mode of ['update', 'step2'] as const) {
    expect(world.send(world.mallory.writer, update, { mode })).toMatchObject({ ok: true, value: { changed: false } });
  }
  expect(fingerprint(world.doc)).toBe(before);
});

test('[GRD-12] unknown ids whose structs wait for each other are refused: whose they are cannot be told', () => {
  const world = createWorld();
  const update = forge({
    sections: [
      [1_000, 0, [item(entries(newEvent()), { origin: [1_001, 0] })]],
      [1_001, 0, [item(entries(newEvent()), { origin: [1_000, 0] })]],
    ],
  });
  const sent = world.send(world.mallory.writer, update, { mode: 'step2' });
  expect(sent).toMatchObject({ ok: false, error: { type: 'client-id-unknown' } });
});

test('[GRD-11] deletions inside a nested type, which no document should hold, are stripped', () => {
  const world = createWorld();
  const nested = new Y.Array<number>();
  world.doc.getMap('meta').set('nested', nested); // past the rules
  nested.push([1]);
  const { clientID, store } = world.doc;
  const update = forge({ deletes: [[clientID, [Y.getState(store, clientID) - 1, 1]]] });
  const sent = world.send(world.mallory.writer, update, { mode: 'step2' });
  expect(sent).toMatchObject({ ok: true, value: { changed: false } });
  expect(nested.length).toBe(1);
});

test('[GRD-3] own content has bounds of its own: bytes and client ids', () => {
  const world = createWorld();
  const { id, writer } = world.mallory;
  const large = Array.from({ length: 20 }, () => newEvent({}, new Uint8Array(60_000)));
  const update = forge({ sections: [[id, 2, [item(entries(...large), { origin: [id, 1] })]]] });
  const tooLarge = { ok: false, error: { type: 'update-too-large' } };
  expect(world.send(writer, update, { mode: 'step2' })).toMatchObject(tooLarge);
  const ids = Array.from({ length: 17 }, () => world.issue(writer));
  const sections = ids.map((client, i) => {
    const origin = i === 0 ? ([id, 1] as const) : ([ids[i - 1]!, 0] as const);
    return [client, 0, [item(entries(newEvent()), { origin })]] as const;
  });
  expect(world.send(writer, forge({ sections }))).toMatchObject(tooLarge);
  expect(world.send(writer, forge({ sections: sections.slice(0, 16) }))).toMatchObject({ ok: true });
});
