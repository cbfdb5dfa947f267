import { decodeEvent, signedBytes, splitSignature } from '@kith/schema/event/event-codec';
import { hashEvent, NO_PREV } from '@kith/schema/event/event-hash';
import { msToHlc } from '@kith/schema/hlc';
import { LIMITS } from '@kith/schema/limits';
import { isWireErrorCode, WIRE_ERRORS, type WireErrorCode } from '@kith/schema/wire-error';
import { expect, test } from 'vitest';
import { createHybridClock } from '../hybrid-clock.ts';
import { createMemoryLocalStore } from '../storage/memory-local-store.ts';
import {
  deviceId,
  eventId,
  ROOM,
  SELF,
  sampleMessage,
  sampleOutboxEvent,
} from '../storage/test/local-store-samples.ts';
import { createManualTime } from '../test/manual-time.ts';
import { judgeRefusal } from './refusal-policy.ts';
import { logEnd, signEvents } from './sign-events.ts';

const createSigner = async () => {
  const keys = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  return { keys, signer: { account: SELF, device: deviceId(1), key: keys.privateKey, subtle: crypto.subtle } };
};
const waiting = (n: number) => ({ ...sampleOutboxEvent(n), position: n });
const START = { segment: 1, epoch: 3, end: { seq: 1, prev: NO_PREV } };

test('[OUT-3] events are signed in order, each linked to the one before it in the log', async () => {
  const { keys, signer } = await createSigner();
  const made = await signEvents(signer, START, [waiting(1), waiting(2)]);
  const [first, second] = made.map(({ signed }) => {
    const decoded = decodeEvent(signed.bytes);
    if (!decoded.ok) throw new Error(decoded.error.type);
    return decoded.value.header;
  });
  expect(first).toMatchObject({ eventId: eventId(1), seq: 1, epoch: 3, time: msToHlc(1_000) });
  expect(second).toMatchObject({ seq: 2, prev: hashEvent(made[0]!.signed.bytes) });
  const { unsigned, signature } = splitSignature(made[1]!.signed.bytes);
  const place = { conversation: ROOM, account: SELF, device: deviceId(1) };
  const text = signedBytes(place, unsigned);
  expect(await crypto.subtle.verify('Ed25519', keys.publicKey, new Uint8Array(signature), text)).toBe(true);
});

test('[OUT-3] signed again for the same end of the same log, an event is the same byte by byte', async () => {
  const { signer } = await createSigner();
  const made = await signEvents(signer, START, [waiting(1), waiting(2)]);
  expect(await signEvents(signer, START, made)).toEqual(made);
  const elsewhere = await signEvents(signer, { ...START, segment: 2 }, made);
  expect(elsewhere[0]!.signed.segment).toBe(2);
  const end = logEnd([made[1]!.signed.bytes]);
  expect(end).toEqual({ seq: 3, prev: hashEvent(made[1]!.signed.bytes) });
  const later = await signEvents(signer, { ...START, end }, made);
  expect(later[0]!.signed.bytes).not.toEqual(made[0]!.signed.bytes);
});

test('[OUT-5] [OUT-6] every code that the server may refuse with has a verdict, and none drops an event', () => {
  const batch = [eventId(1), eventId(2)];
  for (const code of Object.keys(WIRE_ERRORS)) {
    if (!isWireErrorCode(code)) throw new Error(code);
    const verdict = judgeRefusal({ code, named: batch, batch, recoveries: 0 });
    expect(['again', 'later', 'smaller', 'quarantine']).toContain(verdict.type);
  }
});

test('[OUT-5] a batch with a guilty event is halved until it stands alone', () => {
  const judge = (named: number[], batch: number[]) =>
    judgeRefusal({ code: 'event-target', named: named.map(eventId), batch: batch.map(eventId), recoveries: 0 });
  expect(judge([1, 2, 3], [1, 2, 3])).toEqual({ type: 'smaller', batchSize: 2 });
  expect(judge([], [1, 2])).toEqual({ type: 'smaller', batchSize: 1 });
  expect(judge([2], [1, 2, 3])).toEqual({ type: 'quarantine', eventIds: [eventId(2)] });
  expect(judge([1], [1])).toEqual({ type: 'quarantine', eventIds: [eventId(1)] });
});

test('[OUT-6] three recoveries in a row, then quarantine; closed segments and clocks do not count', () => {
  const judge = (code: WireErrorCode, recoveries: number) =>
    judgeRefusal({ code, named: [], batch: [eventId(1)], recoveries });
  expect(judge('update-gap', 2)).toMatchObject({ type: 'again', isCounted: true });
  expect(judge('update-gap', 3)).toMatchObject({ type: 'quarantine' });
  expect(judge('segment-closed', 9)).toMatchObject({ type: 'again', isCounted: false });
  expect(judge('clock-ahead', 9)).toMatchObject({ type: 'again', isCounted: false, newTime: true });
  expect(judge('not-stored', 9)).toEqual({ type: 'later' });
});

test('[ENG-5] times follow what was given out and seen, and the server’s clock where the device’s is wrong', async () => {
  const time = createManualTime(1_000_000);
  const store = createMemoryLocalStore();
  const clock = createHybridClock({ store, clock: time.clock });
  expect(await clock.tick(ROOM)).toBe(msToHlc(1_000_000));
  const seen = msToHlc(1_060_000);
  await store.project({ messages: [sampleMessage(1, { time: seen })], changes: [] });
  expect(await clock.tick(ROOM)).toBe(seen + 1);
  clock.correct(5_000_000);
  expect(clock.now()).toBe(5_000_000);
  expect(await clock.tick(ROOM)).toBe(msToHlc(5_000_000));
});

test('[ENG-5] events dated ahead of the server are dated now, in their order; a runaway clock is not followed', async () => {
  const time = createManualTime(1_000_000);
  const store = createMemoryLocalStore();
  const clock = createHybridClock({ store, clock: time.clock });
  const remade = await clock.remade(ROOM, [waiting(5_000), waiting(6_000)]);
  expect(remade.map(({ time: at }) => at)).toEqual([msToHlc(1_000_000), msToHlc(1_000_000) + 1]);
  expect(remade.every(({ signed }) => signed === null)).toBe(true);
  await store.enqueueEvent(sampleOutboxEvent(1, { time: msToHlc(1_000_000 + LIMITS.clockAheadMs * 10) }), null);
  expect([await clock.tick(ROOM), await clock.tick(ROOM)]).toEqual([msToHlc(1_000_000) + 2, msToHlc(1_000_000) + 3]);
});
