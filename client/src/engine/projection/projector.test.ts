import { type EventBody, encodeEventBody } from '@kith/schema/event/event-body';
import { encodeUnsignedEvent } from '@kith/schema/event/event-codec';
import { NO_PREV } from '@kith/schema/event/event-hash';
import { EVENT_KINDS, type EventKind } from '@kith/schema/event/event-kind';
import { msToHlc } from '@kith/schema/hlc';
import type { AccountId, EventId } from '@kith/schema/ids';
import { beforeEach, expect, test } from 'vitest';
import type { LocalStore } from '../storage/local-store.ts';
import { createMemoryLocalStore } from '../storage/memory-local-store.ts';
import {
  accountId,
  conversationId,
  deviceId,
  eventId,
  OTHER,
  ROOM,
  SELF,
  sampleMember,
} from '../storage/test/local-store-samples.ts';
import type { IncomingEvent } from './incoming-event.ts';
import { createProjector, type Projector } from './projector.ts';

const incoming = <K extends EventKind>(
  n: number,
  kind: K,
  body: EventBody<K>,
  more: { account?: AccountId; target?: EventId; arrival?: number | null; epoch?: number } = {},
): IncomingEvent => {
  const { account = OTHER, target = null, arrival = null, epoch = 1 } = more;
  const header = {
    ...{ eventId: eventId(n), kind: EVENT_KINDS[kind], target, time: msToHlc(n * 1_000), epoch, seq: 1, prev: NO_PREV },
    ...{ expireAfterSeconds: 0, notBeforeMs: 0, notify: 'default' as const, sealed: false },
  };
  const unsigned = encodeUnsignedEvent(header, encodeEventBody(kind, body));
  const bytes = new Uint8Array(unsigned.length + 64);
  bytes.set(unsigned);
  return { conversation: ROOM, segment: 1, account, device: deviceId(2), bytes, arrival };
};

let store: LocalStore;
let projector: Projector;

beforeEach(async () => {
  store = createMemoryLocalStore();
  await store.replaceMembers(ROOM, [sampleMember(SELF, { role: 'admin' }), sampleMember(OTHER)]);
  projector = createProjector({
    store,
    clock: { now: () => 1 },
    log: () => undefined,
    genuine: async (events) => [...events],
  });
});

test('[PRJ-1] an event projected twice, or in any order with its changes, gives the same row', async () => {
  const events = [
    incoming(1, 'message', { text: 'first' }, { arrival: 1 }),
    incoming(2, 'edit', { text: 'second' }, { target: eventId(1) }),
    incoming(3, 'reaction', { emoji: '👍', on: true }, { target: eventId(1), account: SELF }),
  ];
  const rows = [];
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2, 0, 1],
  ]) {
    store = createMemoryLocalStore();
    const each = createProjector({
      store,
      clock: { now: () => 1 },
      log: () => undefined,
      genuine: async (events) => [...events],
    });
    for (const n of order) await each.project([events[n]!]);
    rows.push(await store.message(eventId(1)));
  }
  expect(rows[0]?.message).toMatchObject({ text: 'second', reactions: [{ emoji: '👍', accounts: [SELF] }] });
  expect(rows[1]).toEqual(rows[0]);
  expect(rows[2]).toEqual(rows[0]);
});

test('[PRJ-2] a change waits for its target', async () => {
  await projector.project([incoming(2, 'delete', {}, { target: eventId(1) })]);
  expect(await store.message(eventId(1))).toBeNull();
  await projector.project([incoming(1, 'message', { text: 'too late' })]);
  expect((await store.message(eventId(1)))?.message.state).toBe('deleted');
});

test('[PRJ-2] who may not delete does not, who may by the role does', async () => {
  await projector.project([incoming(1, 'message', { text: 'stays' })]);
  await projector.project([incoming(2, 'delete', {}, { target: eventId(1), account: accountId(9) })]);
  expect((await store.message(eventId(1)))?.message.state).toBe('shown');
  await projector.project([incoming(3, 'delete', {}, { target: eventId(1), account: SELF })]);
  expect((await store.message(eventId(1)))?.message.state).toBe('deleted');
});

test('[PRJ-2] events of another conversation change nothing, whatever role their author has there', async () => {
  const elsewhere = conversationId(9);
  await store.replaceMembers(elsewhere, [sampleMember(OTHER, { conversation: elsewhere, role: 'owner' })]);
  const foreign = (n: number, target: number): IncomingEvent => ({
    ...incoming(n, 'delete', {}, { target: eventId(target) }),
    conversation: elsewhere,
  });
  await projector.project([incoming(1, 'message', { text: 'here' }, { account: SELF })]);
  await projector.project([foreign(3, 1), foreign(4, 2)]);
  await projector.project([incoming(2, 'message', { text: 'later' })]);
  await projector.project([incoming(5, 'reaction', { emoji: '👍', on: true }, { target: eventId(1) })]);
  expect((await store.message(eventId(1)))?.message).toMatchObject({ state: 'shown', reactions: [{ emoji: '👍' }] });
  expect((await store.message(eventId(2)))?.message.state).toBe('shown');
});

test('[PRJ-3] what is here already only learns its arrival, and never loses it', async () => {
  const text = { text: 'once' };
  await projector.project([incoming(1, 'message', text)]);
  await projector.project([incoming(1, 'message', text, { arrival: 7 })]);
  await projector.project([incoming(1, 'message', text)]);
  await projector.project([incoming(2, 'edit', { text: 'edited' }, { target: eventId(1) })]);
  expect(await store.message(eventId(1))).toMatchObject({ arrival: 7, message: { text: 'edited' } });
  expect(await store.messageCount(ROOM)).toBe(1);
});

test('[PRJ-1] what a newer version made is kept and shown as such; what is no event is passed over', async () => {
  const newer = incoming(1, 'message', { text: 'x' });
  newer.bytes[0] = 9;
  await projector.project([newer, { ...newer, bytes: new Uint8Array([1, 2, 3]) }]);
  expect((await store.message(eventId(1)))?.message.state).toBe('newer');
  expect(await store.messageCount(ROOM)).toBe(1);
});

test('[PRJ-4] an id belongs to the event that came first: another account’s, or another conversation’s, changes nothing', async () => {
  await projector.project([incoming(1, 'message', { text: 'the real one' }, { arrival: 4 })]);
  const before = await store.message(eventId(1));
  const forged = { text: 'forged' };
  await projector.project([incoming(1, 'message', forged, { account: accountId(9), arrival: 7 })]);
  await projector.project([{ ...incoming(1, 'message', forged, { arrival: 8 }), conversation: conversationId(2) }]);
  await projector.project([incoming(1, 'delete', {}, { account: SELF, target: eventId(1), arrival: 9 })]);
  expect(await store.message(eventId(1))).toEqual(before);
});
