/** The part of `DocumentStore`'s contract that is about folding rows into snapshots. */
import { createId, type DeviceId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import { type DocumentStore, lastArrivalOf } from '../storage/document-store.ts';
import { testRandom } from './events.ts';
import { account, device, event, head, journal, row, segment1, snapshot } from './store-fixtures.ts';

interface FoldCases {
  /** The one under test, which `reopened` replaces. */
  readonly store: () => DocumentStore;
  /** Null where no other process can have the data. */
  readonly openAnother: () => Promise<DocumentStore | null>;
  readonly reopened: () => Promise<void>;
}

export const foldCases = ({ store: current, openAnother, reopened }: FoldCases): void => {
  test('[STO-3] a snapshot takes the place of the rows folded into it and of no others', async () => {
    await current().append([row(1, [event()]), row(2, [], { document: head }), row(3, [event(), event()]), row(5, [])]);
    const bindings = [{ clientId: 7, account, device }];
    expect(await current().compact(journal, 0, { ...snapshot(4), bindings })).toBe(true);
    await reopened();
    const stored = await current().load(segment1);
    expect(stored.snapshot).toMatchObject({ upto: 4, bindings });
    expect(stored.rows.map(({ arrival }) => arrival)).toEqual([5]);
    expect((await current().load(head)).rows).toHaveLength(1);
    expect((await current().arrivals(journal, 0, 10)).map(({ arrival }) => arrival)).toEqual([1, 3, 4]);
  });

  test('[STO-3] the index says the same after a fold as before, of whatever the rows were', async () => {
    const others = [createId<DeviceId>(testRandom), createId<DeviceId>(testRandom)];
    for (let arrival = 1; arrival <= 150; arrival++) {
      const by = { ...event(arrival % 40 === 0 ? 2 : 1), device: [device, ...others][arrival % 3] ?? device };
      await current().append([row(arrival, arrival % 17 === 0 ? [] : [by])]);
    }
    const before = await current().arrivals(journal, 0, 500);
    for (const [from, upto] of [
      [0, 70],
      [70, 71],
      [71, 149],
    ] as const) {
      expect(await current().compact(journal, from, snapshot(upto))).toBe(true);
      expect(await current().arrivals(journal, 0, 500)).toEqual(before);
    }
    await reopened();
    expect(await current().arrivals(journal, 33, 7)).toEqual(before.filter(({ arrival }) => arrival > 33).slice(0, 7));
    const ids = before.map(({ eventId }) => eventId);
    const known = await current().known(journal, ids);
    expect(known.toSorted((a, b) => a.arrival - b.arrival)).toEqual(before);
    expect(await current().position(journal)).toMatchObject({ lastArrival: 150, lastEventArrival: 150 });
  });

  test('[STO-3] of two that fold at once one is told that it was late', async () => {
    await current().append([row(1, []), row(2, [])]);
    const results = await Promise.all([
      current().compact(journal, 0, snapshot(2)),
      current().compact(journal, 0, snapshot(1)),
    ]);
    expect(results.toSorted()).toEqual([false, true]);
    const upto = results[0] ? 2 : 1;
    expect((await current().load(segment1)).snapshot?.upto).toBe(upto);
    expect(await current().compact(journal, upto, snapshot(2))).toBe(true);
  });

  test('[STO-3] appends beside a compaction stay', async () => {
    await current().append([row(1, [])]);
    await Promise.all([
      current().append([row(2, [])]),
      current().compact(journal, 0, snapshot(1)),
      current().append([row(3, [])]),
    ]);
    const stored = await current().load(segment1);
    expect([stored.snapshot?.upto, ...stored.rows.map(({ arrival }) => arrival)]).toEqual([1, 2, 3]);
  });

  test('[STO-3] [JRN-4] two processes append and fold at once: each row has an arrival of its own, and none is lost', async () => {
    const other = (await openAnother()) ?? current();
    const appendAll = async (to: DocumentStore, mark: number): Promise<void> => {
      for (let n = 0; n < 30; ) {
        const { lastArrival } = await to.position(journal);
        const [a, b] = [lastArrival + 1, lastArrival + 2];
        const update = Uint8Array.of(mark, n);
        const result = await to.append([row(a, [event()], { update }), row(b, [], { document: head, update })]);
        if (result.ok) n++;
      }
    };
    const foldUntil = async (by: DocumentStore, isDone: () => boolean): Promise<void> => {
      while (!isDone()) {
        await new Promise((resolve) => setImmediate(resolve)); // answers of a store may come with the next turn
        const { snapshot: before, rows } = await by.load(segment1);
        const last = rows.at(-1);
        if (last === undefined) continue;
        const state = Uint8Array.from([...(before?.state ?? []), ...rows.flatMap(({ update }) => [...update])]);
        await by.compact(journal, before?.upto ?? 0, { ...snapshot(last.arrival), state });
      }
    };
    let done = 0;
    const appending = [appendAll(current(), 1), appendAll(other, 2)].map((all) => all.finally(() => void done++));
    await Promise.all([...appending, foldUntil(current(), () => done === 2), foldUntil(other, () => done === 2)]);

    const { snapshot: folded, rows } = await other.load(segment1);
    const kept = [...(folded?.state ?? []), ...rows.flatMap(({ update }) => [...update])];
    const pairs = kept.flatMap((mark, i) => (i % 2 === 0 ? [`${mark} ${kept[i + 1]}`] : []));
    const expected = [1, 2].flatMap((mark) => Array.from({ length: 30 }, (_, n) => `${mark} ${n}`));
    expect(pairs.toSorted()).toEqual(expected.toSorted());
    expect((await current().load(head)).rows.map(({ arrival }) => arrival)).toEqual(
      Array.from({ length: 60 }, (_, i) => 2 * i + 2),
    );
    expect((await current().arrivals(journal, 0, 500)).map(({ arrival }) => arrival)).toEqual(
      Array.from({ length: 60 }, (_, i) => 2 * i + 1),
    );
    if (other !== current()) await other.close();
  });

  test('[STO-3] [JRN-4] an arrival folded away stays taken', async () => {
    const last = row(3, [event(), event()]);
    await current().append([row(1, []), row(2, []), last]);
    await current().compact(journal, 0, snapshot(lastArrivalOf(last)));
    await reopened();
    expect(await current().position(journal)).toMatchObject({ lastArrival: 4, lastEventArrival: 4 });
    expect(await current().append([row(3, [])])).toMatchObject({ ok: false });
    expect((await current().append([row(5, [])])).ok).toBe(true);
  });
};
