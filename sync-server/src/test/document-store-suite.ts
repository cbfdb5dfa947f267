/** The contract of `DocumentStore`: every adapter passes all of it. `reopen` is null where nothing outlives the process. */
import type { JournalName } from '@kith/schema/doc-name';
import { HLC_ZERO, type Hlc } from '@kith/schema/hlc';
import { type ConversationId, createId, type DeviceId } from '@kith/schema/ids';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentStore } from '../storage/document-store.ts';
import { foldCases } from './document-store-folds.ts';
import { testRandom } from './events.ts';
import {
  account,
  conversation,
  device,
  event,
  head,
  journal,
  plain,
  row,
  segment,
  segment1,
  segment10,
  snapshot,
} from './store-fixtures.ts';

export interface StoreHarness {
  open(): Promise<DocumentStore>;
  reopen: ((store: DocumentStore) => Promise<DocumentStore>) | null;
  /** Another store on the same data, as another process has it; null where there is no such thing. */
  openAnother: (() => Promise<DocumentStore>) | null;
  cleanUp(): Promise<void>;
}

export const documentStoreSuite = (name: string, createHarness: () => StoreHarness): void => {
  describe(`${name} as a DocumentStore`, () => {
    let harness: StoreHarness;
    let store: DocumentStore;
    beforeEach(async () => {
      harness = createHarness();
      store = await harness.open();
    });
    afterEach(async () => {
      await store.close();
      await harness.cleanUp();
    });
    const reopened = async (): Promise<void> => {
      if (harness.reopen !== null) store = await harness.reopen(store);
    };

    test('[STO-1] what was never written is empty, not an error', async () => {
      expect(await store.position(journal)).toEqual({ incarnation: 1, lastArrival: 0, lastEventArrival: 0 });
      expect(await store.load(segment1)).toEqual({ snapshot: null, rows: [] });
      expect(await store.rowsFrom(journal, 1)).toEqual([]);
      expect(await store.known(journal, [event().eventId])).toEqual([]);
      expect(await store.arrivals(journal, 0, 10)).toEqual([]);
      expect(await store.segments(conversation)).toEqual([]);
      expect(await store.receipts(conversation)).toEqual([]);
      expect(await store.ownReceipts(conversation, account, device)).toEqual({ stored: 0, read: 0 });
      expect(await store.append([])).toEqual({ ok: true, value: undefined });
      expect(await store.putReceipts([])).toEqual([]);
    });

    test('[STO-1] a row comes back as it was, also after reopening', async () => {
      const bindings = [
        { clientId: 0xffffffff, account, device },
        { clientId: 1, account: null, device: null },
      ];
      const rows = [row(1, [event(), event()], { bindings }), row(3, [], { document: head }), row(4, [event(2)])];
      expect((await store.append(rows)).ok).toBe(true);
      await reopened();
      expect(plain(await store.rowsFrom(journal, 1))).toEqual(rows);
      expect(plain(await store.rowsFrom(journal, 3))).toEqual(rows.slice(1));
      expect(await store.position(journal)).toEqual({ incarnation: 1, lastArrival: 4, lastEventArrival: 4 });
    });

    test('[STO-1] [JRN-1] a row without events takes one arrival that is no event', async () => {
      await store.append([row(1, [event()]), row(2, [])]);
      expect(await store.position(journal)).toMatchObject({ lastArrival: 2, lastEventArrival: 1 });
      expect((await store.arrivals(journal, 0, 10)).map(({ arrival }) => arrival)).toEqual([1]);
    });

    test('[STO-1] [JRN-4] the loser of a race for an arrival is told and has stored nothing', async () => {
      const [won, lost] = await Promise.all([
        store.append([row(1, [event(), event()])]),
        store.append([row(1, [event()]), row(2, [event()])]),
      ]);
      expect(won?.ok).toBe(true);
      expect(lost).toEqual({ ok: false, error: { type: 'arrival-taken' } });
      expect(await store.append([row(2, [event()])])).toMatchObject({ ok: false });
      expect(await store.rowsFrom(journal, 1)).toHaveLength(1);
      expect((await store.append([row(3, [event()])])).ok).toBe(true);
    });

    test('[STO-1] [JRN-1] rows that would leave a hole are the bug of the caller, and nothing of them is stored', async () => {
      await expect(store.append([row(2, [])])).rejects.toThrow(RangeError);
      await expect(store.append([row(1, [event()]), row(3, [])])).rejects.toThrow(RangeError);
      expect(await store.rowsFrom(journal, 1)).toEqual([]);
      expect(await store.arrivals(journal, 0, 10)).toEqual([]);
    });

    test('[STO-1] documents whose names begin alike, and journals, do not see each other', async () => {
      const other: JournalName = `account/${account}`;
      await store.append([row(1, [], { document: head }), row(2, []), row(3, [], { document: segment10 })]);
      await store.append([row(1, [], { journal: other, document: `${other}/1` })]);
      for (const [document, arrival] of [
        [head, 1],
        [segment1, 2],
        [segment10, 3],
      ] as const) {
        expect((await store.load(document)).rows.map((r) => r.arrival)).toEqual([arrival]);
      }
      expect((await store.rowsFrom(other, 1)).map((r) => r.document)).toEqual([`${other}/1`]);
    });

    test('[STO-1] the index knows each event by its id and in order, a page at a time', async () => {
      const events = Array.from({ length: 25 }, () => event(3));
      await store.append([row(1, events.slice(0, 10)), row(11, []), row(12, events.slice(10))]);
      await reopened();
      const known = await store.known(journal, [events[24]!.eventId, event().eventId, events[24]!.eventId]);
      expect(known).toEqual([{ ...events[24], arrival: 26, receivedAt: 1_012 }]);
      const page = await store.arrivals(journal, 9, 3);
      expect(page.map(({ arrival, eventId }) => [arrival, eventId])).toEqual([
        [10, events[9]!.eventId],
        [12, events[10]!.eventId],
        [13, events[11]!.eventId],
      ]);
      expect(await store.known(`account/${account}`, [events[0]!.eventId])).toEqual([]);
      const unknown = event().eventId;
      expect(await store.taken([unknown, events[0]!.eventId])).toEqual([events[0]!.eventId]);
    });

    test('[STO-1] an event id that comes twice keeps its first arrival', async () => {
      const [first, second] = [event(), event()];
      await store.append([row(1, [first])]);
      await store.append([row(2, [second, first])]);
      expect((await store.known(journal, [first.eventId]))[0]?.arrival).toBe(1);
      expect(await store.position(journal)).toMatchObject({ lastArrival: 3, lastEventArrival: 2 });
    });

    test('[STO-1] five megabytes come back as they were', async () => {
      const update = new Uint8Array(5 * 1024 * 1024).map((_, i) => i * 31);
      await store.append([row(1, [], { update })]);
      await store.compact(journal, 0, { ...snapshot(1), state: update });
      await store.append([row(2, [], { update })]);
      await reopened();
      const stored = await store.load(segment1);
      expect(Buffer.compare(stored.snapshot!.state, update)).toBe(0);
      expect(Buffer.compare(stored.rows[0]!.update, update)).toBe(0);
    });

    test('[STO-1] ten thousand rows, appended in many turns, stand in order', async () => {
      for (let first = 1; first <= 10_000; first += 500) {
        const rows = Array.from({ length: 500 }, (_, i) => row(first + i, [event()]));
        await Promise.all([store.append(rows.slice(0, 200)), store.append(rows.slice(200))]);
      }
      await reopened();
      const { rows } = await store.load(segment1);
      expect(rows.map(({ arrival }) => arrival)).toEqual(Array.from({ length: 10_000 }, (_, i) => i + 1));
      expect((await store.position(journal)).lastEventArrival).toBe(10_000);
    });

    foldCases({
      store: () => store,
      openAnother: async () => (await harness.openAnother?.()) ?? null,
      reopened,
    });

    test('[SGM-1] a segment number is given once, in order', async () => {
      const [a, b] = await Promise.all([
        store.openSegment(segment(1)),
        store.openSegment(segment(1, { importer: 'x' })),
      ]);
      expect([a?.ok, b?.ok]).toEqual([true, false]);
      expect((await store.openSegment(segment(3))).ok).toBe(false);
      expect((await store.openSegment(segment(2, { importer: `${account}/${device}` }))).ok).toBe(true);
      await reopened();
      expect(await store.segments(conversation)).toEqual([
        segment(1),
        segment(2, { importer: `${account}/${device}` }),
      ]);
      expect(await store.segments(createId<ConversationId>(testRandom))).toEqual([]);
    });

    test('[SGM-1] closing keeps the range, may be corrected, and needs a segment', async () => {
      await store.openSegment(segment(1));
      const closed = { closedAt: 9, events: 3, firstTime: HLC_ZERO, lastTime: Number.MAX_SAFE_INTEGER as Hlc };
      expect((await store.closeSegment(conversation, 1, { ...closed, firstTime: null, lastTime: null })).ok).toBe(true);
      expect((await store.closeSegment(conversation, 1, closed)).ok).toBe(true);
      expect((await store.closeSegment(conversation, 2, closed)).ok).toBe(false);
      await reopened();
      expect(await store.segments(conversation)).toEqual([segment(1, { closed })]);
    });

    test('[RCP-1] only a greater receipt counts, per device and per person', async () => {
      const receipt = { conversation, account, device, arrival: 5, at: 1 };
      const read = { ...receipt, device: null, arrival: 3 };
      expect(await store.putReceipts([receipt, read])).toEqual([receipt, read]);
      expect(
        await store.putReceipts([
          { ...receipt, arrival: 5, at: 2 },
          { ...read, arrival: 2 },
        ]),
      ).toEqual([]);
      const greater = { ...receipt, arrival: 6, at: 3 };
      expect(await store.putReceipts([{ ...receipt, arrival: 4 }, greater])).toEqual([greater]);
      await reopened();
      expect(await store.receipts(conversation)).toEqual(expect.arrayContaining([greater, read]));
      expect(await store.ownReceipts(conversation, account, device)).toEqual({ stored: 6, read: 3 });
      const elsewhere = createId<DeviceId>(testRandom);
      expect(await store.ownReceipts(conversation, account, elsewhere)).toEqual({ stored: 0, read: 3 });
    });

    test('[STO-1] closing twice is fine, and makes durable what was on its way', async () => {
      const appended = store.append([row(1, [event()])]);
      await store.close();
      await store.close();
      expect((await appended).ok).toBe(true);
      await reopened();
      if (harness.reopen !== null) expect((await store.position(journal)).lastArrival).toBe(1);
    });
  });
};
