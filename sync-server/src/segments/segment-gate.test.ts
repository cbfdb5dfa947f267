import { msToHlc } from '@kith/schema/hlc';
import { type ConversationId, createId, type EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import type { Segment } from '../storage/document-store.ts';
import { testRandom } from '../test/events.ts';
import { createSegmentContents } from './segment-contents.ts';
import { createSegmentGate, isDueToClose } from './segment-gate.ts';

const message = () => ({ eventId: createId<EventId>(testRandom), target: null });
const reactionTo = (target: EventId) => ({ eventId: createId<EventId>(testRandom), target });
const contentsOf = (count: number) => {
  const contents = createSegmentContents(new Y.Doc());
  expect(contents.span().events).toBe(0);
  for (let i = 0; i < count; i++) contents.add({ ...message(), time: msToHlc(i) });
  return contents;
};
const open: Segment = {
  conversation: createId<ConversationId>(testRandom),
  n: 1,
  importer: null,
  firstArrival: 1,
  openedAt: 0,
  closed: null,
};
const closed: Segment = { ...open, closed: { closedAt: 1_000, events: 1_000, firstTime: null, lastTime: null } };
const gate = (segment: Segment, { isNewest = true, events = 10, writer = 'a/d', nowMs = 2_000 } = {}) =>
  createSegmentGate({ segment, isNewest, contents: contentsOf(events), writer, nowMs });

test('[SGM-1] a segment is due when it is full, or old and not nearly empty', () => {
  const month = LIMITS.segmentMaxAgeMs;
  expect(isDueToClose(open, LIMITS.segmentEvents - 1, 0)).toBe(false);
  expect(isDueToClose(open, LIMITS.segmentEvents, 0)).toBe(true);
  expect(isDueToClose(open, LIMITS.segmentQuietEvents, month - 1)).toBe(false);
  expect(isDueToClose(open, LIMITS.segmentQuietEvents, month)).toBe(true);
  expect(isDueToClose(open, LIMITS.segmentQuietEvents - 1, month * 9)).toBe(false);
});

test('[SGM-2] new messages go into the newest, and into a closed one while it is in its grace', () => {
  expect(gate(open).accepts(message())).toBeNull();
  const late = { isNewest: false, events: 1_000, nowMs: 1_000 + LIMITS.segmentGraceMs };
  expect(gate(closed, late).accepts(message())).toBeNull();
  expect(gate(closed, { ...late, nowMs: late.nowMs + 1 }).accepts(message())).toBe('segment-closed');
  expect(gate(closed, { ...late, events: 1_499 }).accepts(message())).toBeNull();
  expect(gate(closed, { ...late, events: 1_500 }).accepts(message())).toBe('segment-closed');
});

test('[SGM-2] the events of one update count together', () => {
  const last = gate(closed, { isNewest: false, events: 1_499, nowMs: 1_000 });
  expect(last.accepts(message())).toBeNull();
  expect(last.accepts(message())).toBe('segment-closed');
});

test('[SGM-3] what changes a message goes where the message stands, open or closed', () => {
  const contents = contentsOf(0);
  const target = message();
  contents.add({ ...target, time: msToHlc(1) });
  for (const segment of [open, closed, { ...closed, importer: 'somebody/else' }]) {
    const asked = createSegmentGate({ segment, isNewest: false, contents, writer: 'a/d', nowMs: 1e9 });
    expect(asked.accepts(reactionTo(target.eventId))).toBeNull();
    expect(asked.accepts(reactionTo(createId<EventId>(testRandom)))).toBe('segment-wrong');
  }
});

test('[SGM-3] an update may change a message that it brings itself', () => {
  const asked = gate(open);
  const first = message();
  expect(asked.accepts(first)).toBeNull();
  expect(asked.accepts(reactionTo(first.eventId))).toBeNull();
});

test("[SGM-4] an import's segment takes messages from its importer, until it is closed or overfull", () => {
  const importing = { ...open, importer: 'a/d' };
  expect(gate(importing, { isNewest: false }).accepts(message())).toBeNull();
  expect(gate(importing, { isNewest: false, writer: 'b/d' }).accepts(message())).toBe('segment-wrong');
  expect(gate({ ...closed, importer: 'a/d' }, { nowMs: 1_000 }).accepts(message())).toBe('segment-closed');
  expect(gate(importing, { isNewest: false, events: 1_500 }).accepts(message())).toBe('segment-closed');
});
