import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { createClientIds } from './client-ids.ts';
import { append, createServer, newEvent, newWriter } from './test/guard-server.ts';
import { createWorld } from './test/guard-world.ts';
import { createSeededRandom } from './test/random.ts';

const withBytes = (...ids: number[]) => {
  const queue = [...ids];
  return (bytes: Uint8Array<ArrayBuffer>) => {
    new DataView(bytes.buffer).setUint32(0, queue.length > 1 ? queue.shift()! : queue[0]!);
    return bytes;
  };
};
const create = (doc = new Y.Doc(), options = {}) =>
  createClientIds({ doc, random: createSeededRandom(3).fill, ...options });

test("[GRD-10] an issued id is not 0, not the document's own, not issued, bound or in the document already", () => {
  const doc = new Y.Doc();
  doc.clientID = 7;
  const other = new Y.Doc();
  other.clientID = 8;
  other.getMap('meta').set('a', 1);
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
  const ids = createClientIds({ doc, random: withBytes(0, 7, 8, 9, 9, 10, 11) });
  ids.restore([{ clientId: 10, ...newWriter() }]);
  const writer = newWriter();
  expect([ids.issue(writer, 'a'), ids.issue(writer, 'a')]).toEqual([
    { ok: true, value: 9 },
    { ok: true, value: 11 },
  ]);
});

test('[GRD-10] [FRN-4] an id that was drawn before the document was open is issued unless it is taken here', () => {
  const doc = new Y.Doc();
  const ids = create(doc);
  const writer = newWriter();
  expect(ids.issue(writer, 'a', 4_711)).toEqual({ ok: true, value: 4_711 });
  expect(ids.owner(4_711)).toEqual({ ...writer, connectionId: 'a' });
  ids.restore([{ clientId: 12, ...newWriter() }]);
  for (const taken of [4_711, 12, doc.clientID]) {
    expect(ids.issue(newWriter(), 'b', taken)).toEqual({ ok: false, error: { type: 'client-id-reused' } });
  }
  expect(ids.owner(4_711)).toEqual({ ...writer, connectionId: 'a' });
});

test('[GRD-10] a random source that repeats itself is a bug, not an endless loop', () => {
  const ids = createClientIds({ doc: new Y.Doc(), random: withBytes(5) });
  ids.issue(newWriter(), 'a');
  expect(() => ids.issue(newWriter(), 'a')).toThrow('random');
});

test('[GRD-10] an id belongs to the device and connection it was issued to; the document’s own to the server', () => {
  const doc = new Y.Doc();
  const ids = create(doc);
  const writer = newWriter();
  const issued = ids.issue(writer, 'c1');
  expect(issued.ok && ids.owner(issued.value)).toEqual({ ...writer, connectionId: 'c1' });
  expect(ids.owner(doc.clientID)).toEqual({ account: null, device: null, connectionId: null });
  expect(ids.owner(1)).toBeNull();
});

test('[GRD-10] a binding travels with the first update under the id, and only with that', () => {
  const world = createWorld();
  const phone = world.connect(newWriter());
  append(phone, newEvent());
  expect(world.sync(phone)).toMatchObject({
    ok: true,
    value: { newBindings: [{ clientId: phone.id, ...phone.writer }] },
  });
  append(phone, newEvent());
  expect(world.sync(phone)).toMatchObject({ ok: true, value: { changed: true, newBindings: [] } });
});

test('[GRD-10] a refused update binds nothing', () => {
  const world = createWorld();
  const phone = world.connect(newWriter());
  append(phone, newEvent());
  const update = Y.encodeStateAsUpdate(phone.doc, Y.encodeStateVector(world.doc));
  expect(world.send(phone.writer, update, { canWrite: false })).toMatchObject({ ok: false });
  expect(world.send(phone.writer, update)).toMatchObject({
    ok: true,
    value: { newBindings: [{ clientId: phone.id }] },
  });
});

test('[GRD-10] restored bindings count as bound, and restoring them again changes nothing', () => {
  const ids = create(new Y.Doc(), { maxPerDevice: 2 });
  const writer = newWriter();
  const binding = { clientId: 77, ...writer };
  for (let i = 0; i < 3; i++) ids.restore([binding, { clientId: 78, account: null, device: null }]);
  expect(ids.owner(77)).toEqual({ ...writer, connectionId: null });
  expect(ids.bind([77, 78])).toEqual([]);
  expect(ids.issue(writer, 'a')).toMatchObject({ ok: true });
});

test('[GRD-10] a device gets no more ids once as many as allowed have content', () => {
  const server = createServer(
    { type: 'segment', conversation: newWriter().account as never, n: 1 },
    { maxPerDevice: 2 },
  );
  const writer = newWriter();
  for (let i = 0; i < 2; i++) {
    const replica = server.connect(writer);
    append(replica, newEvent());
    expect(server.sync(replica)).toMatchObject({ ok: true });
  }
  expect(server.clientIds.issue(writer, 'a')).toEqual({ ok: false, error: { type: 'client-id-limit' } });
  expect(server.clientIds.issue(newWriter(), 'a')).toMatchObject({ ok: true });
});

test('[GRD-10] a device that reconnects for ever holds a bounded number of ids and keeps the newest', () => {
  const ids = create(new Y.Doc(), { maxUnusedPerDevice: 3 });
  const writer = newWriter();
  const issued = Array.from({ length: 10 }, () => {
    const one = ids.issue(writer, 'a');
    return one.ok ? one.value : 0;
  });
  expect(issued.map((id) => ids.owner(id) !== null)).toEqual([...Array(7).fill(false), true, true, true]);
});

test('[GRD-10] a document whose own id turns out to be bound already takes another', () => {
  const doc = new Y.Doc();
  doc.clientID = 99;
  const ids = create(doc);
  const writer = newWriter();
  ids.restore([{ clientId: 99, ...writer }]);
  expect(doc.clientID).not.toBe(99);
  expect(ids.owner(99)).toMatchObject(writer);
});

test('[GRD-10] the server keeps the id it has written under when rows with its own binding come back', () => {
  const doc = new Y.Doc();
  const ids = create(doc);
  const own = doc.clientID;
  const bindings = ids.bind([own]);
  ids.restore(bindings);
  expect(doc.clientID).toBe(own);
  expect(ids.bind([own])).toEqual([]);
});

test('[GRD-10] an id that was written under is never forgotten', () => {
  const ids = create(new Y.Doc(), { maxUnusedPerDevice: 2 });
  const writer = newWriter();
  const first = ids.issue(writer, 'a');
  if (!first.ok) throw new Error('no id');
  ids.bind([first.value]);
  for (let i = 0; i < 5; i++) ids.issue(writer, 'a');
  expect(ids.owner(first.value)).toMatchObject(writer);
});
