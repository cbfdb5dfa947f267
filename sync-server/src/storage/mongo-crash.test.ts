import { type AccountId, type ConversationId, createId, type DeviceId, type EventId } from '@kith/schema/ids';
import { Collection } from 'mongodb';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { testDatabases } from '../../../scripts/services/test/test-services.ts';
import { testRandom } from '../test/events.ts';
import type { DocumentStore, JournalRow } from './document-store.ts';
import { createMongoDocumentStore } from './mongo-document-store.ts';

const databases = testDatabases();
const writer = { account: createId<AccountId>(testRandom), device: createId<DeviceId>(testRandom), segment: 1 };
const WRITES = ['insertOne', 'updateOne', 'findOneAndUpdate', 'deleteMany'] as const;
/** More than the story below has: the last of them reach its end. */
const MOST_WRITES = 40;

afterEach(() => void vi.restoreAllMocks());

/** From its k-th write on nothing reaches the server; whether that one does is the question. Gives how many were tried. */
const dieAtWrite = (k: number, isDone: boolean): (() => number) => {
  let tried = 0;
  for (const method of WRITES) {
    const write = Collection.prototype[method] as (...args: unknown[]) => Promise<unknown>;
    vi.spyOn(Collection.prototype, method).mockImplementation(async function (this: Collection, ...args: unknown[]) {
      tried++;
      if (tried > k || (tried === k && !isDone)) throw new Error('the process has died');
      const answer = await Reflect.apply(write, this, args);
      if (tried >= k) throw new Error('the process has died');
      return answer as never;
    });
  }
  return () => tried;
};

/** Appends and folds by turns, until something fails. Gives what it was told is stored. */
const liveUntilDeath = async (
  store: DocumentStore,
  rows: readonly (readonly JournalRow[])[],
): Promise<JournalRow[]> => {
  const told: JournalRow[] = [];
  try {
    for (const [i, together] of rows.entries()) {
      await store.append(together);
      told.push(...together);
      if (i % 2 === 1) await fold(store, together[0]!.document);
    }
  } catch {}
  await store.close();
  return told;
};

/** Into a state that lists the folded arrivals. */
const fold = async (store: DocumentStore, document: string): Promise<void> => {
  const { snapshot, rows } = await store.load(document);
  const upto = rows.at(-1)?.arrival ?? 0;
  const state = Uint8Array.from([...(snapshot?.state ?? []), ...rows.map(({ arrival }) => arrival)]);
  await store.compact(rows[0]!.journal, snapshot?.upto ?? 0, { document, upto, state, bindings: [] });
};

const arrivalsOf = async (store: DocumentStore, document: string): Promise<number[]> => {
  const { snapshot, rows } = await store.load(document);
  return [...(snapshot?.state ?? []), ...rows.map(({ arrival }) => arrival)];
};

describe.each([
  { isDone: false, what: 'does not reach the server' },
  { isDone: true, what: 'does, and its answer is lost' },
])('[STO-10] a process that dies at any of its writes, which $what', ({ isDone }) => {
  test('has lost nothing of what it confirmed, and left nothing half', async () => {
    let isWhole = false;
    for (let k = 1; !isWhole; k++) {
      const { url, name: database } = databases.create();
      const journal = `conversation/${createId<ConversationId>(testRandom)}` as const;
      const document = `${journal}/1`;
      const row = (arrival: number, of = document): JournalRow => ({
        ...{ journal, arrival, document: of, update: Uint8Array.of(arrival), bindings: [], receivedAt: arrival },
        ...{ events: of === document ? [{ eventId: createId<EventId>(testRandom), ...writer }] : [], incarnation: 1 },
      });
      const appends = [[row(1), row(2)], [row(3), row(4, journal), row(5)], [row(6)], [row(7), row(8)]];
      const dying = await createMongoDocumentStore({ url, database });
      const tried = dieAtWrite(k, isDone);
      const told = await liveUntilDeath(dying, appends);
      isWhole = tried() < k;
      vi.restoreAllMocks();

      const store = await createMongoDocumentStore({ url, database });
      const { lastArrival } = await store.position(journal);
      const stored = appends.flat().filter(({ arrival }) => arrival <= lastArrival);
      expect(appends.map((together) => together.at(-1)?.arrival ?? 0)).toEqual(
        expect.arrayContaining(lastArrival === 0 ? [] : [lastArrival]),
      );
      expect(told.length).toBeLessThanOrEqual(stored.length);
      const check = async (rows: readonly JournalRow[]): Promise<void> => {
        const events = rows.flatMap((one) => one.events.map(({ eventId }) => [one.arrival, eventId]));
        expect((await store.arrivals(journal, 0, 99)).map(({ arrival, eventId }) => [arrival, eventId])).toEqual(
          events,
        );
        const ids = events.map(([, eventId]) => eventId as EventId);
        expect(await store.taken(ids)).toEqual(ids);
        const known = (await store.known(journal, ids)).map(({ arrival }) => arrival);
        expect(known.toSorted((a, b) => a - b)).toEqual(events.map(([arrival]) => arrival));
        for (const of of [document, journal]) {
          const expected = rows.filter((one) => one.document === of).map(({ arrival }) => arrival);
          expect(await arrivalsOf(store, of), `${of} after death at write ${k}`).toEqual(expected);
        }
      };
      await check(stored);
      const next = row(lastArrival + 1);
      expect((await store.append([next])).ok).toBe(true);
      await check([...stored, next]);
      await fold(store, document);
      await check([...stored, next]);
      await store.close();
      expect(k).toBeLessThan(MOST_WRITES);
    }
  });
});
