/** Attacks on what is another's: logs, keys, client ids. "Plain Yjs" shows that each succeeds without the guard. */
import { appendEvents } from '@kith/schema/documents/segment';
import { expect } from 'vitest';
import * as Y from 'yjs';
import { applyPlainly, attack, type Party } from './test/attack-ground.ts';
import { bytes, entries, forge, item, tombstone, values } from './test/forge.ts';
import { copyOf, logOf, newEvent, newWriter, rootOf } from './test/guard-server.ts';
import { byMallory } from './test/guard-world.ts';

/** The victim writes her next event, which plain Yjs takes in. */
const goOn = ({ writer, id }: Party, before: Y.Doc, into: Y.Doc): void => {
  const doc = copyOf(before);
  doc.clientID = id;
  appendEvents(doc, writer, [newEvent()]);
  Y.applyUpdate(into, Y.encodeStateAsUpdate(doc));
};

const FORBIDDEN = { type: 'update-forbidden' } as const;

attack("[GRD-14] 01 an entry in another's log, by the root's name, is refused", async (open) => {
  const world = await open();
  const update = byMallory(world, item(entries(newEvent()), { root: rootOf(world.alice.writer) }));
  expect(logOf(applyPlainly(world, update).doc, world.alice)).toHaveLength(4);
  await world.refused(update, FORBIDDEN);
});

attack("[GRD-14] 02 an entry in another's log, implied by its origin, is refused", async (open) => {
  const world = await open();
  const update = byMallory(world, item(entries(newEvent()), { origin: [world.alice.id, 2] }));
  expect(logOf(applyPlainly(world, update).doc, world.alice)).toHaveLength(4);
  await world.refused(update, FORBIDDEN);
});

attack("[GRD-14] 03 an entry before another's, implied by its right neighbour, is refused", async (open) => {
  const world = await open();
  const update = byMallory(world, item(entries(newEvent()), { right: [world.alice.id, 0] }));
  expect(logOf(applyPlainly(world, update).doc, world.alice)).toHaveLength(4);
  await world.refused(update, FORBIDDEN);
});

attack("[GRD-14] 04 a key of the server's, by name or behind its value, is refused", async (open) => {
  const world = await open();
  const byName = byMallory(world, item(bytes(new Uint8Array(3)), { root: 'meta', key: 'title' }));
  await world.refused(byName, FORBIDDEN);
  const behind = byMallory(world, item(values('pwned'), { origin: [world.doc.clientID, 0] }));
  expect(applyPlainly(world, behind).doc.getMap('meta').get('title')).toBe('pwned');
  await world.refused(behind, FORBIDDEN);
});

attack("[GRD-14] 05 a value under another's key, which deletes the old one unsaid, is refused", async (open) => {
  const world = await open();
  for (const content of [values('gone'), tombstone(1)]) {
    const update = byMallory(world, item(content, { root: 'meta', key: 'title' }));
    const plain = applyPlainly(world, update).doc;
    const { id } = world.mallory;
    expect(plain.getMap('meta').get('title') === 'hello').toBe(id < world.doc.clientID);
    await world.refused(update, FORBIDDEN);
  }
});

attack("[GRD-14] 06 deleting another's event is refused", async (open) => {
  const world = await open();
  const update = forge({ deletes: [[world.alice.id, [1, 1]]] });
  expect(logOf(applyPlainly(world, update).doc, world.alice)).toHaveLength(2);
  await world.refused(update, FORBIDDEN);
});

attack('[GRD-14] 07 deleting an own event, also in the update that brings it, is refused', async (open) => {
  const world = await open();
  const { id } = world.mallory;
  await world.refused(forge({ deletes: [[id, [0, 1]]] }), FORBIDDEN);
  const born = item(entries(newEvent()), { origin: [id, 1] });
  await world.refused(forge({ sections: [[id, 2, [born]]], deletes: [[id, [2, 1]]] }), FORBIDDEN);
});

attack('[GRD-8] 08 deleting what the victim has not written yet is refused', async (open) => {
  const world = await open();
  const update = forge({ deletes: [[world.alice.id, [3, 50]]] });
  const plain = applyPlainly(world, update).doc;
  goOn(world.alice, world.doc, plain);
  expect(logOf(plain, world.alice), 'the new event is born dead').toHaveLength(3);
  await world.refused(update, { type: 'update-gap', detail: 'deletes client' });
});

attack(
  "[GRD-10] 09 writing under the victim's client id, so that her next events would be ignored, is refused",
  async (open) => {
    const world = await open();
    const stolen = item(entries(newEvent()), { root: rootOf(world.mallory.writer) });
    const update = forge({ sections: [[world.alice.id, 3, [stolen]]] });
    const plain = applyPlainly(world, update).doc;
    goOn(world.alice, world.doc, plain);
    expect(logOf(plain, world.alice), 'lost for ever').toHaveLength(3);
    await world.refused(update, FORBIDDEN);
  },
);

attack("[GRD-10] 10 the server's own client id, and an id that nobody was given, are refused", async (open) => {
  const world = await open();
  const struct = item(entries(newEvent()), { root: rootOf(world.mallory.writer) });
  const server = world.doc.clientID;
  await world.refused(forge({ sections: [[server, Y.getState(world.doc.store, server), [struct]]] }), FORBIDDEN);
  await world.refused(forge({ sections: [[4_711, 0, [struct]]] }), { type: 'client-id-unknown' });
});

attack('[GRD-10] 11 an id that was issued to the victim cannot be used before she does', async (open) => {
  const world = await open();
  const struct = item(entries(newEvent()), { root: rootOf(world.mallory.writer) });
  const fresh = await world.issue(world.alice.writer);
  await world.refused(forge({ sections: [[fresh, 0, [struct]]] }), FORBIDDEN);
  const otherDevice = await world.issue(newWriter(world.mallory.writer.account));
  await world.refused(forge({ sections: [[otherDevice, 0, [struct]]] }), FORBIDDEN);
});

attack('[GRD-15] 12 an own id used again for other content is refused', async (open) => {
  const world = await open();
  const others = item(entries(newEvent(), newEvent(), newEvent()), { root: rootOf(world.mallory.writer) });
  await world.refused(forge({ sections: [[world.mallory.id, 0, [others]]] }), { type: 'client-id-reused' });
});

attack('[GRD-18] 31 a reader writes nothing', async (open) => {
  const world = await open();
  const update = byMallory(world, item(entries(newEvent()), { origin: [world.mallory.id, 1] }));
  await world.refused(update, { type: 'read-only' }, { canWrite: false });
  await world.refused(update, { type: 'read-only' }, { canWrite: false, mode: 'step2' });
  await world.accepted(update);
});

attack('[GRD-14] 32 unknown, empty and prototype-like roots are refused', async (open) => {
  for (const root of ['', 'log/', 'log/nobody', '__proto__', 'toString', 'reads', 'inbox']) {
    const world = await open();
    await world.refused(byMallory(world, item(entries(newEvent()), { root })), FORBIDDEN);
  }
});
