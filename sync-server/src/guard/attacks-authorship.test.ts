/** Attacks on what is another's: logs, keys, client ids. "Plain Yjs" shows that each succeeds without the guard. */
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { bytes, entries, forge, item, tombstone, values } from './test/forge.ts';
import {
  append,
  applyPlainly,
  byMallory,
  createWorld,
  expectRefused,
  logOf,
  newEvent,
  newWriter,
  rootOf,
} from './test/guard-world.ts';

const FORBIDDEN = { type: 'update-forbidden' } as const;

test("[GRD-14] 01 an entry in another's log, by the root's name, is refused", () => {
  const world = createWorld();
  const update = byMallory(world, item(entries(newEvent()), { root: rootOf(world.alice.writer) }));
  expect(logOf(applyPlainly(world, update).doc, world.alice)).toHaveLength(4);
  expectRefused(world, update, FORBIDDEN);
});

test("[GRD-14] 02 an entry in another's log, implied by its origin, is refused", () => {
  const world = createWorld();
  const update = byMallory(world, item(entries(newEvent()), { origin: [world.alice.id, 2] }));
  expect(logOf(applyPlainly(world, update).doc, world.alice)).toHaveLength(4);
  expectRefused(world, update, FORBIDDEN);
});

test("[GRD-14] 03 an entry before another's, implied by its right neighbour, is refused", () => {
  const world = createWorld();
  const update = byMallory(world, item(entries(newEvent()), { right: [world.alice.id, 0] }));
  expect(logOf(applyPlainly(world, update).doc, world.alice)).toHaveLength(4);
  expectRefused(world, update, FORBIDDEN);
});

test("[GRD-14] 04 a key of the server's, by name or behind its value, is refused", () => {
  const world = createWorld();
  const byName = byMallory(world, item(bytes(new Uint8Array(3)), { root: 'meta', key: 'title' }));
  expectRefused(world, byName, FORBIDDEN);
  const behind = byMallory(world, item(values('pwned'), { origin: [world.doc.clientID, 0] }));
  expect(applyPlainly(world, behind).doc.getMap('meta').get('title')).toBe('pwned');
  expectRefused(world, behind, FORBIDDEN);
});

test("[GRD-14] 05 a value under another's key, which deletes the old one unsaid, is refused", () => {
  const world = createWorld();
  for (const content of [values('gone'), tombstone(1)]) {
    const update = byMallory(world, item(content, { root: 'meta', key: 'title' }));
    const plain = applyPlainly(world, update).doc;
    const { id } = world.mallory;
    expect(plain.getMap('meta').get('title') === 'hello').toBe(id < world.doc.clientID);
    expectRefused(world, update, FORBIDDEN);
  }
});

test("[GRD-14] 06 deleting another's event is refused", () => {
  const world = createWorld();
  const update = forge({ deletes: [[world.alice.id, [1, 1]]] });
  expect(logOf(applyPlainly(world, update).doc, world.alice)).toHaveLength(2);
  expectRefused(world, update, FORBIDDEN);
});

test('[GRD-14] 07 deleting an own event, also in the update that brings it, is refused', () => {
  const world = createWorld();
  const { id } = world.mallory;
  expectRefused(world, forge({ deletes: [[id, [0, 1]]] }), FORBIDDEN);
  const born = item(entries(newEvent()), { origin: [id, 1] });
  expectRefused(world, forge({ sections: [[id, 2, [born]]], deletes: [[id, [2, 1]]] }), FORBIDDEN);
});

test('[GRD-8] 08 deleting what the victim has not written yet is refused', () => {
  const world = createWorld();
  const update = forge({ deletes: [[world.alice.id, [3, 50]]] });
  const plain = applyPlainly(world, update).doc;
  append(world.alice, newEvent());
  Y.applyUpdate(plain, Y.encodeStateAsUpdate(world.alice.doc));
  expect(logOf(plain, world.alice), 'the new event is born dead').toHaveLength(3);
  expectRefused(world, update, { type: 'update-gap', detail: 'deletes client' });
});

test("[GRD-10] 09 writing under the victim's client id, so that her next events would be ignored, is refused", () => {
  const world = createWorld();
  const stolen = item(entries(newEvent()), { root: rootOf(world.mallory.writer) });
  const update = forge({ sections: [[world.alice.id, 3, [stolen]]] });
  const plain = applyPlainly(world, update).doc;
  append(world.alice, newEvent());
  Y.applyUpdate(plain, Y.encodeStateAsUpdate(world.alice.doc));
  expect(logOf(plain, world.alice), 'lost for ever').toHaveLength(3);
  expectRefused(world, update, FORBIDDEN);
});

test("[GRD-10] 10 the server's own client id, and an id that nobody was given, are refused", () => {
  const world = createWorld();
  const struct = item(entries(newEvent()), { root: rootOf(world.mallory.writer) });
  const server = world.doc.clientID;
  expectRefused(world, forge({ sections: [[server, Y.getState(world.doc.store, server), [struct]]] }), FORBIDDEN);
  expectRefused(world, forge({ sections: [[4_711, 0, [struct]]] }), { type: 'client-id-unknown' });
});

test('[GRD-10] 11 an id that was issued to the victim cannot be used before she does', () => {
  const world = createWorld();
  const struct = item(entries(newEvent()), { root: rootOf(world.mallory.writer) });
  const fresh = world.issue(world.alice.writer);
  expectRefused(world, forge({ sections: [[fresh, 0, [struct]]] }), FORBIDDEN);
  const otherDevice = world.issue(newWriter(world.mallory.writer.account));
  expectRefused(world, forge({ sections: [[otherDevice, 0, [struct]]] }), FORBIDDEN);
});

test('[GRD-15] 12 an own id used again for other content is refused', () => {
  const world = createWorld();
  const others = item(entries(newEvent(), newEvent(), newEvent()), { root: rootOf(world.mallory.writer) });
  expectRefused(world, forge({ sections: [[world.mallory.id, 0, [others]]] }), { type: 'client-id-reused' });
});

test('[GRD-18] 31 a reader writes nothing', () => {
  const world = createWorld();
  const update = byMallory(world, item(entries(newEvent()), { origin: [world.mallory.id, 1] }));
  expectRefused(world, update, { type: 'read-only' }, { canWrite: false });
  expectRefused(world, update, { type: 'read-only' }, { canWrite: false, mode: 'step2' });
  expect(world.send(world.mallory.writer, update)).toMatchObject({ ok: true });
});

test('[GRD-14] 32 unknown, empty and prototype-like roots are refused', () => {
  for (const root of ['', 'log/', 'log/nobody', '__proto__', 'toString', 'reads', 'inbox']) {
    const world = createWorld();
    expectRefused(world, byMallory(world, item(entries(newEvent()), { root })), FORBIDDEN);
  }
});
