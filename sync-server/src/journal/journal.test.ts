import type { JournalName } from '@kith/schema/doc-name';
import { type AccountId, createId, type DeviceId, type EventId } from '@kith/schema/ids';
import { beforeEach, expect, test } from 'vitest';
import type { JournalRow, StoredEvent } from '../storage/document-store.ts';
import { createMemoryDocumentStore } from '../storage/memory-document-store.ts';
import { testRandom } from '../test/events.ts';
import { createManualTimers, type ManualTimers } from '../test/manual-timers.ts';
import { createTroubledStore, type TroubledStore } from '../test/troubled-store.ts';
import type { JournalEntry } from './journal.ts';
import { createJournals, type Journals } from './journals.ts';

const name: JournalName = `conversation/${createId<AccountId>(testRandom) as string}` as JournalName;
const account = createId<AccountId>(testRandom);
const device = createId<DeviceId>(testRandom);
const event = (): StoredEvent => ({ eventId: createId<EventId>(testRandom), segment: 1, account, device });

let store: TroubledStore;
let timers: ManualTimers;
let journals: Journals;
let stored: JournalRow[];
let foreign: JournalRow[];
let folds: JournalName[];
let states: string[];

beforeEach(() => {
  store = createTroubledStore(createMemoryDocumentStore());
  timers = createManualTimers();
  [stored, foreign, folds, states] = [[], [], [], []];
  journals = createJournals({
    store,
    timers,
    clock: timers,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    onState: (state) => void states.push(state),
    onAppended: () => {},
    onForeignRow: (row) => void foreign.push(row),
    onForeignFold: async (journal) => void folds.push(journal),
  });
});

const entry = (byte: number, events: readonly StoredEvent[] = [event()]): JournalEntry => ({
  document: 'd',
  update: Uint8Array.of(byte),
  events,
  bindings: [],
  onStored: (row) => void stored.push(row),
});
const bytes = (rows: readonly JournalRow[]): number[] => rows.map(({ update }) => update[0] ?? -1);
/** Lets everything run that waits for nothing but the event loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('[JRN-1] rows get contiguous arrivals in the order they were appended', async () => {
  const journal = journals.get(name);
  journal.append(entry(1, [event(), event()]));
  journal.append(entry(2, []));
  journal.append(entry(3));
  expect(journal.isSettled).toBe(false);
  expect(await journal.settled()).toBe(true);
  expect(stored.map(({ arrival }) => arrival)).toEqual([1, 3, 4]);
  expect(await journal.position()).toEqual({ incarnation: 1, lastArrival: 4, lastEventArrival: 4 });
  expect(bytes(await store.rowsFrom(name, 1))).toEqual([1, 2, 3]);
});

test('[JRN-2] nothing is announced before the store has it', async () => {
  store.hold();
  const journal = journals.get(name);
  journal.append(entry(1));
  await turn();
  expect(stored).toEqual([]);
  store.release();
  await journal.settled();
  expect(bytes(stored)).toEqual([1]);
});

test('[JRN-3] while the store fails nothing later is announced, everybody is told, and it is tried again', async () => {
  const journal = journals.get(name);
  store.fails = 'before';
  journal.append(entry(1));
  const waiting = journal.settled();
  await turn();
  journal.append(entry(2));
  expect(await waiting).toBe(false);
  expect(await journal.settled()).toBe(false);
  expect([states, journals.state, stored]).toEqual([['failing'], 'failing', []]);
  timers.advance(100);
  await turn();
  expect([store.appends, stored.length]).toEqual([2, 0]);
  store.fails = 'never';
  timers.advance(100);
  await turn();
  expect(store.appends).toBe(2); // the pause has grown
  timers.advance(100);
  await turn();
  expect(bytes(stored)).toEqual([1, 2]);
  expect([states, journals.state, journal.backlogBytes]).toEqual([['failing', 'ok'], 'ok', 0]);
});

test('[JRN-3] one recovered journal does not make up for another that still fails', async () => {
  const other: JournalName = `account/${account}`;
  store.fails = 'before';
  journals.get(name).append(entry(1));
  await turn();
  timers.advance(50);
  journals.get(other).append(entry(2));
  await turn();
  expect(states).toEqual(['failing']);
  store.fails = 'never';
  timers.advance(60);
  await turn();
  expect([stored.length, journals.state]).toEqual([1, 'failing']);
  timers.advance(60);
  await turn();
  expect([stored.length, states]).toEqual([2, ['failing', 'ok']]);
});

test('[JRN-4] an append whose answer was lost is recognised and not stored twice', async () => {
  const journal = journals.get(name);
  store.fails = 'after';
  journal.append(entry(1));
  await turn();
  expect(stored).toEqual([]);
  store.fails = 'never';
  timers.advance(100);
  await turn();
  await turn();
  expect(bytes(stored)).toEqual([1]);
  expect(await store.rowsFrom(name, 1)).toHaveLength(1);
  expect(foreign).toEqual([]);
});

test('[JRN-4] the loser of a race takes in the rows of the winner and then the next number', async () => {
  const journal = journals.get(name);
  await journal.position();
  const winner: JournalRow = {
    ...entry(9, [event(), event()]),
    journal: name,
    arrival: 1,
    receivedAt: 1,
    incarnation: 1,
  };
  await store.append([winner]);
  journal.append(entry(1));
  await journal.settled();
  expect(bytes(foreign)).toEqual([9]);
  expect(stored.map(({ arrival }) => arrival)).toEqual([3]);
});

test('[JRN-4] rows of the winner that are folded away already are read again as documents', async () => {
  const journal = journals.get(name);
  await journal.position();
  await store.append([{ ...entry(9), journal: name, arrival: 1, receivedAt: 1, incarnation: 1 }]);
  await store.compact(name, 0, { document: 'd', upto: 1, state: Uint8Array.of(0, 0), bindings: [] });
  journal.append(entry(1));
  await journal.settled();
  expect([folds, foreign]).toEqual([[name], []]);
  expect(stored.map(({ arrival }) => arrival)).toEqual([2]);
});

test('[JRN-2] an announcement that throws does not stop the journal', async () => {
  const journal = journals.get(name);
  journal.append({
    ...entry(1),
    onStored: () => {
      throw new Error('a bug');
    },
  });
  journal.append(entry(2));
  await journal.settled();
  expect(bytes(stored)).toEqual([2]);
});

test('[JRN-3] a journal that cannot be read is failing as well, until it can', async () => {
  const { position } = store;
  store.position = () => Promise.reject(new Error('no server'));
  journals.get(name).catchUp();
  await turn();
  expect(states).toEqual(['failing']);
  timers.advance(1_000);
  await turn();
  expect(states).toEqual(['failing']);
  store.position = position;
  timers.advance(1_000);
  await turn();
  expect([states, journals.state]).toEqual([['failing', 'ok'], 'ok']);
});

test('[JRN-3] closing ends the retries', async () => {
  store.fails = 'before';
  journals.get(name).append(entry(1));
  await turn();
  journals.close();
  timers.advance(60_000);
  await turn();
  expect(store.appends).toBe(1);
});

test('[JRN-1] to say where a journal ends takes none into use', async () => {
  expect(await journals.position(name)).toEqual({ incarnation: 1, lastArrival: 0, lastEventArrival: 0 });
  expect(journals.find(name)).toBeNull();
  const journal = journals.get(name);
  journal.append(entry(1));
  await journal.settled();
  expect(await journals.position(name)).toEqual(await journal.position());
});
