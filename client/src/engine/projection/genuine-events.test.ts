import { encodeEventBody } from '@kith/schema/event/event-body';
import { encodeUnsignedEvent } from '@kith/schema/event/event-codec';
import { NO_PREV } from '@kith/schema/event/event-hash';
import { EVENT_KINDS } from '@kith/schema/event/event-kind';
import { type EventPlace, signEvent } from '@kith/schema/event/event-signature';
import { msToHlc } from '@kith/schema/hlc';
import { expect, test } from 'vitest';
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
import { createGenuineEvents } from './genuine-events.ts';
import type { IncomingEvent } from './incoming-event.ts';
import { createProjector } from './projector.ts';

const PHONE = deviceId(1);
const OWN = deviceId(9);

const setUp = async () => {
  const { publicKey, privateKey } = (await crypto.subtle.generateKey('Ed25519', false, [
    'sign',
    'verify',
  ])) as CryptoKeyPair;
  const signKey = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
  const store = createMemoryLocalStore();
  const devices = [PHONE, OWN].map((device) => ({ device, name: 'a device', signKey }));
  const unreadable = [{ device: PHONE, name: 'a device', signKey: new Uint8Array(3) }];
  await store.replaceMembers(ROOM, [sampleMember(OTHER, { devices }), sampleMember(SELF, { devices: unreadable })]);
  const logged: string[] = [];
  const log = (_: string, message: string, fields?: object) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const told: string[] = [];
  const onNewDevice = (conversation: string) => void told.push(conversation);
  const genuine = createGenuineEvents({ store, log, onNewDevice, self: { account: OTHER, device: OWN } });
  const projector = createProjector({ store, clock: { now: () => 1 }, log, genuine });
  const event = async (n: number, signedAs: Partial<EventPlace> = {}): Promise<IncomingEvent> => {
    const header = {
      ...{ eventId: eventId(n), kind: EVENT_KINDS.message, target: null, time: msToHlc(n * 1_000), epoch: 1, seq: 1 },
      ...{ prev: NO_PREV, expireAfterSeconds: 0, notBeforeMs: 0, notify: 'default' as const, sealed: false },
    };
    const place = { conversation: ROOM, account: OTHER, device: PHONE };
    const unsigned = encodeUnsignedEvent(header, encodeEventBody('message', { text: `message ${n}` }));
    const bytes = await signEvent(unsigned, { ...place, ...signedAs }, privateKey);
    return { ...place, segment: 1, bytes, arrival: n };
  };
  return { store, logged, told, projector, event };
};

test('[PRJ-5] what its device signed for this conversation is shown, everything else is kept out and logged', async () => {
  const { store, logged, projector, event } = await setUp();
  const [good, altered, moved, ofOther] = [
    await event(1),
    await event(2),
    await event(3, { conversation: conversationId(7) }),
    await event(4, { device: deviceId(2) }),
  ];
  altered.bytes[altered.bytes.length - 70]! ^= 1;
  await projector.project([good, altered, moved, ofOther]);
  expect(await Promise.all([1, 2, 3, 4].map(async (n) => (await store.message(eventId(n))) !== null))).toEqual([
    ...[true, false, false, false],
  ]);
  expect(logged).toHaveLength(3);
  expect(logged[0]).toContain(eventId(2));
  expect(logged.join()).not.toContain('message 2');
});

test('[PRJ-5] what nobody here has a key for, what this device wrote and what is here already is taken as it comes', async () => {
  const { store, logged, projector, event } = await setUp();
  const [unknown, badKey, own, known] = [await event(1), await event(2), await event(3), await event(4)];
  await projector.project([known]);
  known.bytes[known.bytes.length - 70]! ^= 1;
  await projector.project([
    { ...unknown, device: deviceId(5) },
    { ...badKey, account: SELF },
    { ...own, device: OWN, bytes: await event(3, { device: PHONE }).then(({ bytes }) => bytes) },
    { ...known, arrival: 40 },
  ]);
  expect(await store.messageCount(ROOM)).toBe(4);
  expect((await store.message(eventId(4)))?.arrival).toBe(40);
  expect(logged).toEqual([]);
});

test('[PRJ-5] a member’s device that is not on the list is told once, so that its key is asked for', async () => {
  const { told, projector, event } = await setUp();
  const events = [await event(1), await event(2), await event(3)];
  const [first, second, stranger] = events;
  if (!first || !second || !stranger) throw new Error('three events');
  await projector.project([
    { ...first, device: deviceId(5) },
    { ...stranger, account: accountId(8) },
  ]);
  await projector.project([{ ...second, device: deviceId(5) }]);
  expect(told).toEqual([ROOM]);
});
