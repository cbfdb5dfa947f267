/** What honest devices send, in both modes, and that it always gets through. */
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { append, fingerprint, logOf, newEvent } from './test/guard-server.ts';
import { createWorld } from './test/guard-world.ts';

test('[GRD-6] appends one by one, in batches and in several transactions arrive whole and in order', () => {
  const world = createWorld();
  const { alice } = world;
  const updates: Uint8Array[] = [];
  alice.doc.on('update', (update: Uint8Array) => updates.push(update));
  const written = Array.from({ length: 30 }, () => newEvent());
  for (const event of written.slice(0, 10)) append(alice, event);
  append(alice, ...written.slice(10));
  const sent = updates.map((update) => world.send(alice.writer, update));
  expect(sent.every((result) => result.ok && result.value.changed)).toBe(true);
  expect(sent.flatMap((result) => (result.ok ? result.value.events.map(({ bytes }) => bytes) : []))).toEqual(written);
  expect(logOf(world.doc, alice).slice(3)).toEqual(written);
});

test('[GRD-6] whatever is sent again changes nothing', () => {
  const world = createWorld();
  const { alice } = world;
  const stale = Y.encodeStateVector(world.doc);
  append(alice, newEvent(), newEvent());
  world.sync(alice);
  const before = fingerprint(world.doc);
  const empty = Uint8Array.of(0, 0);
  for (const update of [Y.encodeStateAsUpdate(alice.doc), Y.encodeStateAsUpdate(alice.doc, stale), empty]) {
    for (const mode of ['update', 'step2'] as const) {
      const sent = world.send(alice.writer, update, { mode });
      expect(sent).toEqual({ ok: true, value: { changed: false, sanitised: empty, events: [], newBindings: [] } });
    }
  }
  expect(fingerprint(world.doc)).toBe(before);
});

test('[GRD-6] merged queues that overlap give each event once', () => {
  const world = createWorld();
  const { alice } = world;
  const updates: Uint8Array[] = [];
  alice.doc.on('update', (update: Uint8Array) => updates.push(update));
  const written = Array.from({ length: 6 }, () => newEvent());
  for (const event of written) append(alice, event);
  const first = world.send(alice.writer, Y.mergeUpdates(updates.slice(0, 3)));
  const second = world.send(alice.writer, Y.mergeUpdates(updates));
  expect(first).toMatchObject({ ok: true, value: { events: written.slice(0, 3).map((bytes) => ({ bytes })) } });
  expect(second).toMatchObject({ ok: true, value: { events: written.slice(3).map((bytes) => ({ bytes })) } });
  expect(second.ok && second.value.sanitised.length).toBeLessThan(Y.mergeUpdates(updates).length);
  expect(logOf(world.doc, alice)).toHaveLength(9);
});

test('[GRD-6] two devices of one account, written offline, converge with the server', () => {
  const world = createWorld();
  const { alice } = world;
  const phone = world.connect({ ...world.mallory.writer, account: alice.writer.account });
  for (let round = 0; round < 5; round++) {
    append(alice, newEvent(), newEvent());
    append(phone, newEvent());
    if (round % 2 === 0) expect(world.sync(phone)).toMatchObject({ ok: true });
    expect(world.sync(alice)).toMatchObject({ ok: true });
  }
  for (const replica of [phone, alice, phone]) expect(world.sync(replica)).toMatchObject({ ok: true });
  for (const replica of [alice, phone]) {
    expect(logOf(replica.doc, alice)).toEqual(logOf(world.doc, alice));
    expect(logOf(replica.doc, phone)).toEqual(logOf(world.doc, phone));
  }
  expect(logOf(world.doc, alice)).toHaveLength(13);
  expect(logOf(world.doc, phone)).toHaveLength(5);
});

test('[GRD-10] a device goes on with its log under a new id, and may still send under the one before', () => {
  const world = createWorld();
  const before = world.alice;
  append(before, newEvent()); // written when the connection broke
  const after = world.connect(before.writer);
  append(after, newEvent());
  expect(world.sync(after)).toMatchObject({ ok: true, value: { newBindings: [{ clientId: after.id }] } });
  expect(world.sync(before)).toMatchObject({ ok: true, value: { changed: true, newBindings: [] } });
  world.sync(after);
  expect(logOf(after.doc, after)).toEqual(logOf(world.doc, before));
  expect(logOf(world.doc, before)).toHaveLength(5);
});

test('[GRD-16] the update is copied: its bytes may be overwritten afterwards', () => {
  const world = createWorld();
  const { alice } = world;
  append(alice, newEvent());
  const expected = logOf(alice.doc, alice);
  const payload = Buffer.from(Y.encodeStateAsUpdate(alice.doc, Y.encodeStateVector(world.doc)));
  const sent = world.send(alice.writer, payload);
  payload.fill(0);
  expect(logOf(world.doc, alice)).toEqual(expected);
  expect(sent.ok && sent.value.events[0]?.bytes).toEqual(expected.at(-1));
});

test('[GRD-16] observers see the origin, and a change of exactly what was accepted', () => {
  const world = createWorld();
  const { alice } = world;
  const seen: unknown[] = [];
  world.doc.on('update', (update: Uint8Array, origin: unknown) => seen.push([update, origin]));
  append(alice, newEvent());
  const sent = world.send(alice.writer, Y.encodeStateAsUpdate(alice.doc, Y.encodeStateVector(world.doc)), {
    origin: 'socket',
  });
  expect(seen).toEqual([[sent.ok && sent.value.sanitised, 'socket']]);
});
