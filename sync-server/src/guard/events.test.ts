/** Entries are events, and events are checked before they stand in a log. */
import { EVENT_KINDS } from '@kith/schema/event/event-kind';
import { msToHlc } from '@kith/schema/hlc';
import { bytesToId, type EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import type { WireErrorCode } from '@kith/schema/wire-error';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import type { EventGate } from './check-events.ts';
import { entries, forge, item, values } from './test/forge.ts';
import { append, NOW_MS, newEvent, newId, OPEN_GATE, rootOf } from './test/guard-server.ts';
import { byMallory, createWorld, expectRefused } from './test/guard-world.ts';

const idOf = (event: Uint8Array): EventId => bytesToId<EventId>(event.subarray(1, 17));

/** Mallory appends events; what the guard says under this gate. */
const appendAsMallory = (events: readonly Uint8Array[], gate: Partial<EventGate> = {}) => {
  const world = createWorld();
  const update = byMallory(world, item(entries(...events), { origin: [world.mallory.id, 1] }));
  return world.send(world.mallory.writer, update, { gate: { ...OPEN_GATE, ...gate } });
};
const codeOf = (result: ReturnType<typeof appendAsMallory>): WireErrorCode | 'ok' =>
  result.ok ? 'ok' : result.error.type;

test('[GRD-13] an entry that is not [bytes] is refused', () => {
  const world = createWorld();
  const event = newEvent();
  for (const entry of [null, 5, 'text', event, [], [event, event], [[event]], [5], { 0: event }]) {
    const update = byMallory(world, item(values(entry), { origin: [world.mallory.id, 1] }));
    expectRefused(world, update, { type: 'event-malformed' });
  }
});

test('[GRD-13] an event that does not decode is refused by what is wrong with it', () => {
  const truncated = newEvent().slice(0, -1);
  const newer = newEvent();
  newer[0] = 2;
  expect(codeOf(appendAsMallory([truncated]))).toBe('event-malformed');
  expect(codeOf(appendAsMallory([new Uint8Array(0)]))).toBe('event-malformed');
  expect(codeOf(appendAsMallory([newer]))).toBe('event-version');
  expect(codeOf(appendAsMallory([newEvent({}, new Uint8Array(LIMITS.eventBytes))]))).toBe('event-too-large');
});

test('[GRD-13] a header that may not stand is refused: target, clock, epoch', () => {
  const late = msToHlc(NOW_MS + LIMITS.clockAheadMs + 1);
  expect(codeOf(appendAsMallory([newEvent({ target: newId<EventId>() })]))).toBe('event-target');
  expect(codeOf(appendAsMallory([newEvent({ kind: EVENT_KINDS.edit })]))).toBe('event-target');
  expect(codeOf(appendAsMallory([newEvent({ time: late })]))).toBe('clock-ahead');
  expect(codeOf(appendAsMallory([newEvent({ epoch: 2 })]))).toBe('event-epoch');
  expect(codeOf(appendAsMallory([newEvent({ epoch: 2 })], { currentEpoch: 2 }))).toBe('ok');
});

test('[GRD-13] the segment decides about each event, and one refusal refuses all', () => {
  const world = createWorld();
  const [edit, message] = [newEvent({ kind: EVENT_KINDS.edit, target: newId<EventId>() }), newEvent()];
  const gate: EventGate = { ...OPEN_GATE, accepts: ({ target }) => (target === null ? 'segment-closed' : null) };
  const both = byMallory(world, item(entries(edit, message), { origin: [world.mallory.id, 1] }));
  expectRefused(world, both, { type: 'segment-closed' }, { gate });
  const one = byMallory(world, item(entries(edit), { origin: [world.mallory.id, 1] }));
  expect(world.send(world.mallory.writer, one, { gate })).toMatchObject({ ok: true });
});

test('[GRD-13] an event that exists, in the journal or twice in the update, is refused', () => {
  const event = newEvent();
  expect(codeOf(appendAsMallory([event], { isKnown: (id) => id === idOf(event) }))).toBe('event-exists');
  expect(codeOf(appendAsMallory([event, newEvent(), event]))).toBe('event-exists');
  expect(codeOf(appendAsMallory([event, newEvent()]))).toBe('ok');
});

test('[GRD-13] accepted events come back in order with id and header', () => {
  const events = [newEvent({ seq: 3 }), newEvent({ seq: 4 }), newEvent({ seq: 5 })];
  const sent = appendAsMallory(events);
  expect(sent.ok && sent.value.events.map(({ eventId, header, bytes }) => [eventId, header.seq, bytes])).toEqual(
    events.map((event, i) => [idOf(event), i + 3, event]),
  );
});

test('[GRD-13] without a gate nobody appends', () => {
  const world = createWorld();
  const update = byMallory(world, item(entries(newEvent()), { origin: [world.mallory.id, 1] }));
  expectRefused(world, update, { type: 'update-forbidden' }, { gate: null });
});

test('[GRD-3] an update holds as many events as a batch, a step 2 as many as a segment', () => {
  const batch = Array.from({ length: LIMITS.batchEvents + 1 }, () => newEvent());
  expect(codeOf(appendAsMallory(batch))).toBe('update-too-large');
  expect(codeOf(appendAsMallory(batch.slice(1)))).toBe('ok');
  const world = createWorld();
  const queue = Array.from({ length: LIMITS.segmentEvents + 1 }, () => newEvent({}, new Uint8Array(8)));
  const update = byMallory(world, item(entries(...queue), { origin: [world.mallory.id, 1] }));
  expectRefused(world, update, { type: 'update-too-large' }, { mode: 'step2' });
  expect(world.send(world.mallory.writer, update.slice(0, -1), { mode: 'step2' })).toMatchObject({ ok: false });
});

test('[GRD-1] a refusal names the events that were refused, not those the document has', () => {
  const world = createWorld();
  const [first, second] = [newEvent(), newEvent({ epoch: 9 })];
  append(world.mallory, first, second);
  const sent = world.send(world.mallory.writer, Y.encodeStateAsUpdate(world.mallory.doc), { mode: 'step2' });
  expect(sent).toMatchObject({ ok: false, error: { type: 'event-epoch', eventIds: [idOf(first), idOf(second)] } });
});

test('[GRD-1] a refusal of broken bytes names what could be read, and never throws', () => {
  const world = createWorld();
  const { id, writer } = world.mallory;
  const [first, second] = [newEvent(), newEvent()];
  const update = forge({
    sections: [
      [id, 2, [item(entries(first), { origin: [id, 1] })]],
      [world.issue(writer), 0, [item(entries(second), { root: rootOf(writer) })]],
    ],
  });
  const whole = world.send(writer, update, { canWrite: false });
  expect(whole.ok || whole.error.eventIds).toEqual([idOf(first), idOf(second)]);
  const cut = world.send(writer, update.slice(0, -20));
  expect(cut).toMatchObject({ ok: false, error: { type: 'update-malformed', eventIds: [idOf(first)] } });
  for (let length = 0; length < update.length; length++) {
    expect(world.send(writer, update.slice(0, length))).toMatchObject({ ok: false });
  }
});

test("[GRD-1] a refusal does not name events under others' ids", () => {
  const world = createWorld();
  const struct = item(entries(newEvent()), { root: rootOf(world.alice.writer) });
  const sent = world.send(world.mallory.writer, forge({ sections: [[world.alice.id, 3, [struct]]] }));
  expect(sent).toMatchObject({ ok: false, error: { type: 'update-forbidden', eventIds: [] } });
});

test('[GRD-5] a document that holds pending structs is not written to', () => {
  const world = createWorld();
  const { id } = world.mallory;
  Y.applyUpdate(world.doc, byMallory(world, item(entries(newEvent()), { origin: [555, 0] })));
  const update = byMallory(world, item(entries(newEvent()), { origin: [id, 1] }));
  expect(() => world.send(world.mallory.writer, update)).toThrow('pending');
});
