import { msToHlc } from '@kith/schema/hlc';
import { expect, test } from 'vitest';
import { type MessageRow, UNREAD_WINDOW } from '../local-store.ts';
import { conversationId, eventId, OTHER, ROOM, SELF, sampleChange, sampleMessage } from './local-store-samples.ts';
import type { StoreUnderTest } from './local-store-suite.ts';

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

export const projectionRules = ({ store, reopened }: StoreUnderTest): void => {
  test('[LOC-21] a range holds every row from its first on, up to the one before which it ends', async () => {
    const sameTime = sampleMessage(5, { time: msToHlc(4_000) });
    await store().project({ messages: [...range(1, 4), ...range(6, 120)].map((n) => sampleMessage(n)), changes: [] });
    await store().project({
      messages: [sameTime, sampleMessage(130, { conversation: conversationId(2) })],
      changes: [],
    });
    const idsOf = async (from: MessageRow, before: MessageRow | null) =>
      (await store().timelineBetween(ROOM, from, before)).map((row) => row.eventId);
    expect(await idsOf(sampleMessage(2), sampleMessage(6))).toEqual([5, 4, 3, 2].map(eventId));
    expect(await idsOf(sampleMessage(2), sameTime)).toEqual([4, 3, 2].map(eventId));
    expect(await idsOf(sameTime, sampleMessage(6))).toEqual([eventId(5)]);
    expect(await idsOf(sampleMessage(3), null)).toHaveLength(118);
    expect(await idsOf(sampleMessage(6), sampleMessage(6))).toEqual([]);
  });

  test('[LOC-13] the timeline is in order of clock then id, newest first, page by page', async () => {
    const sameTime = sampleMessage(99, { time: msToHlc(7_000) });
    await store().project({ messages: [...range(1, 10).map((n) => sampleMessage(n)), sameTime], changes: [] });
    await store().project({ messages: [sampleMessage(50, { conversation: conversationId(2) })], changes: [] });
    const again = await reopened();
    const newest = await again.timeline(ROOM, null, 4);
    expect(newest).toEqual([sampleMessage(10), sampleMessage(9), sampleMessage(8), sameTime]);
    const last = newest.at(-1);
    if (last === undefined) throw new Error('empty');
    const older = await again.timeline(ROOM, last, 100);
    expect(older).toEqual([7, 6, 5, 4, 3, 2, 1].map((n) => sampleMessage(n)));
    expect(await again.messageCount(ROOM)).toBe(11);
  });

  test('[LOC-23] a row keeps its own bytes, not the buffer that they were read out of', async () => {
    const snapshot = new Uint8Array(100_000).map((_, i) => i);
    const bytes = snapshot.subarray(70, 90);
    await store().project({
      messages: [sampleMessage(1, { bytes })],
      changes: [sampleChange(2, eventId(1), { bytes })],
    });
    const again = await reopened();
    const [message] = await again.timeline(ROOM, null, 1);
    const [change] = await again.changesOf([eventId(1)]);
    for (const stored of [message?.bytes, change?.bytes]) {
      expect(stored).toEqual(bytes.slice());
      expect(stored?.buffer.byteLength).toBe(bytes.length);
    }
  });

  test('[LOC-13] a row replaces the one of the same event, also at another time', async () => {
    await store().project({ messages: [sampleMessage(1), sampleMessage(2)], changes: [] });
    const moved = sampleMessage(1, { time: msToHlc(5_000) });
    await store().project({ messages: [moved], changes: [] });
    expect(await store().timeline(ROOM, null, 10)).toEqual([moved, sampleMessage(2)]);
    expect(await store().messageCount(ROOM)).toBe(2);
  });

  test('[LOC-14] changes are found by their target, also before the target is there', async () => {
    const first = sampleChange(11, eventId(1));
    const second = sampleChange(12, eventId(2), { arrival: 4 });
    await store().project({ messages: [], changes: [first, second] });
    const again = await reopened();
    expect(await again.changesOf([eventId(1), eventId(2), eventId(3)])).toHaveLength(2);
    expect(await again.changesOf([eventId(2)])).toEqual([second]);
    expect(await again.changesOf([])).toEqual([]);
  });

  test('[LOC-14] what is projected is known by id, messages and changes alike, with whose it is', async () => {
    await store().project({
      messages: [sampleMessage(1)],
      changes: [sampleChange(11, eventId(1), { account: SELF, conversation: conversationId(2) })],
    });
    const asked = [eventId(1), eventId(2), eventId(11)];
    expect(await store().projected(asked)).toEqual(
      new Map([
        [eventId(1), { conversation: ROOM, account: OTHER }],
        [eventId(11), { conversation: conversationId(2), account: SELF }],
      ]),
    );
    expect(await store().projected([])).toEqual(new Map());
  });

  test('[LOC-15] arrivals learnt later are put in, unknown ids are passed over', async () => {
    const message = sampleMessage(1, { arrival: null });
    await store().project({ messages: [message], changes: [sampleChange(11, eventId(1))] });
    await store().setArrivals(ROOM, [
      { eventId: eventId(1), arrival: 5 },
      { eventId: eventId(11), arrival: 6 },
      { eventId: eventId(12), arrival: 7 },
    ]);
    expect(await store().message(eventId(1))).toEqual({ ...message, arrival: 5 });
    expect((await store().changesOf([eventId(1)]))[0]?.arrival).toBe(6);
    await store().setArrivals(ROOM, [{ eventId: eventId(1), arrival: null }]);
    expect(await (await reopened()).message(eventId(1))).toEqual(message);
  });

  test('[LOC-16] unread are the others’ shown messages that arrived after the position, counted up to a limit', async () => {
    const deleted = sampleMessage(8);
    await store().project({
      messages: [
        ...range(1, 5).map((n) => sampleMessage(n)),
        sampleMessage(6, { account: SELF }),
        sampleMessage(7, { arrival: null }),
        {
          ...deleted,
          message: {
            eventId: deleted.eventId,
            account: OTHER,
            device: deleted.device,
            time: deleted.time,
            state: 'deleted',
            deletedBy: OTHER,
          },
        },
        sampleMessage(9, { conversation: conversationId(2) }),
      ],
      changes: [],
    });
    expect(await store().countUnread(ROOM, 0, SELF, 1000)).toBe(5);
    expect(await store().countUnread(ROOM, 2, SELF, 1000)).toBe(3);
    expect(await store().countUnread(ROOM, 2, SELF, 2)).toBe(2);
    expect(await store().countUnread(ROOM, 5, SELF, 1000)).toBe(0);
  });

  test('[LOC-16] the first unread is the first to arrive, wherever it stands in the timeline', async () => {
    const late = sampleMessage(1, { arrival: 9 });
    await store().project({ messages: [late, sampleMessage(3), sampleMessage(4)], changes: [] });
    expect(await store().firstUnread(ROOM, 2, SELF)).toEqual(sampleMessage(3));
    expect(await store().firstUnread(ROOM, 4, SELF)).toEqual(late);
    expect(await store().firstUnread(ROOM, 9, SELF)).toBeNull();
  });

  test('[LOC-16] of very many, own or unread, no more are looked at than fill the window', async () => {
    const own = (n: number) => sampleMessage(n, { account: SELF });
    await store().project({ messages: range(1, UNREAD_WINDOW - 1).map(own), changes: [] });
    await store().project({
      messages: range(UNREAD_WINDOW, 2 * UNREAD_WINDOW).map((n) => sampleMessage(n)),
      changes: [],
    });
    expect(await store().countUnread(ROOM, 0, SELF, UNREAD_WINDOW)).toBe(1);
    expect(await store().firstUnread(ROOM, 0, SELF)).toEqual(sampleMessage(UNREAD_WINDOW));
    expect(await store().countUnread(ROOM, UNREAD_WINDOW, SELF, UNREAD_WINDOW)).toBe(UNREAD_WINDOW);
    expect(await store().firstUnread(ROOM, UNREAD_WINDOW, SELF)).toEqual(sampleMessage(UNREAD_WINDOW + 1));
  });
};
