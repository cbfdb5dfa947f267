import { BringEventsRequest } from '@kith/schema/api/history';
import type { EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import type { WireErrorCode } from '@kith/schema/wire-error';
import * as v from 'valibot';
import { beforeEach, expect, test } from 'vitest';
import { createProjector } from '../projection/projector.ts';
import { createSerialQueue } from '../serial-queue.ts';
import { parseAnswer } from '../session/api-client.ts';
import type { LocalStore } from '../storage/local-store.ts';
import { createMemoryLocalStore } from '../storage/memory-local-store.ts';
import {
  deviceId,
  eventId,
  ROOM,
  SELF,
  sampleChange,
  sampleMessage,
  sampleOutboxEvent,
} from '../storage/test/local-store-samples.ts';
import { type BringDeps, bringOthers } from './bring-others.ts';
import { placedEvents } from './placed-events.ts';

let store: LocalStore;
let requests: number[][];
let logged: string[];
/** By the first byte of the event, which is its number. */
let refusals: Map<number, WireErrorCode>;
let arrival: number;

beforeEach(() => {
  [store, requests, logged, refusals, arrival] = [createMemoryLocalStore(), [], [], new Map(), 100];
});

const deps = (): BringDeps => {
  const log = (_: string, message: string, fields?: object) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const genuine = async (events: readonly Parameters<BringDeps['projector']['project']>[0][number][]) => [...events];
  return {
    ...{ store, log, inTurn: createSerialQueue().run },
    projector: createProjector({ store, clock: { now: () => 1 }, log, genuine }),
    api: {
      call: async ({ body, answer }) => {
        const { events } = v.parse(BringEventsRequest, body);
        requests.push(events.map(({ event }) => numberOf(event)));
        return parseAnswer(answer, { events: events.map(({ event }) => outcomeOf(numberOf(event))) });
      },
    },
  };
};
const outcomeOf = (n: number) => {
  const code = refusals.get(n);
  return code === undefined ? { eventId: eventId(n), arrival: arrival++, segment: 7 } : { eventId: eventId(n), code };
};
const bytesOf = (n: number, sizeBytes = 2): Uint8Array => {
  const bytes = new Uint8Array(sizeBytes);
  new DataView(bytes.buffer).setUint16(0, n);
  return bytes;
};
const numberOf = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getUint16(0);
const putMessages = (numbers: readonly number[], sizeBytes?: number): Promise<void> =>
  store.project({
    messages: numbers.map((n) => sampleMessage(n, { arrival: null, segment: null, bytes: bytesOf(n, sizeBytes) })),
    changes: [],
  });
const putChange = (n: number, target: EventId): Promise<void> =>
  store.project({ messages: [], changes: [sampleChange(n, target, { bytes: bytesOf(n) })] });
const lost = async () => (await placedEvents(store, { account: SELF, device: deviceId(1) }, ROOM)).toReversed();
const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

test('[ENG-16] all is brought in bounded requests, messages first, and stands where the server put it', async () => {
  await putMessages(numbers(1, 450));
  await putChange(900, eventId(3));
  await bringOthers(deps(), ROOM, await lost());
  expect(requests.map((request) => request.length)).toEqual([200, 200, 51]);
  expect(requests.at(-1)?.at(-1)).toBe(900);
  expect(await store.message(eventId(3))).toMatchObject({ arrival: expect.any(Number), segment: 7 });
  expect((await store.changesOf([eventId(3)]))[0]?.arrival).toBe(550);
});

test('[ENG-16] large events go in more requests', async () => {
  await putMessages(numbers(1, 20), LIMITS.eventBytes);
  await bringOthers(deps(), ROOM, await lost());
  expect(requests.map((request) => request.length)).toEqual([12, 8]);
});

test('[ENG-16] what is refused for good is let go; what may be taken later is brought again, and only that is reason to', async () => {
  await putMessages([1, 2, 3]);
  await putChange(4, eventId(3));
  refusals.set(1, 'event-signature').set(4, 'segment-wrong');
  await bringOthers(deps(), ROOM, await lost());
  expect(logged).toHaveLength(2);
  expect(await store.message(eventId(1))).toMatchObject({ arrival: null, segment: null });

  refusals.set(2, 'unavailable');
  await expect(bringOthers(deps(), ROOM, await lost())).rejects.toThrow('1 events');
  refusals.delete(2);
  await store.enqueueEvent(sampleOutboxEvent(3), null);
  await expect(bringOthers(deps(), ROOM, await lost())).rejects.toThrow('1 events');
  await store.acknowledge(ROOM, [{ eventId: eventId(3), arrival: 9 }]);
  refusals.delete(4);
  await bringOthers(deps(), ROOM, await lost());
});
