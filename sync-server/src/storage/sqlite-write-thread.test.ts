import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type AccountId, type ConversationId, createId, type DeviceId, type EventId } from '@kith/schema/ids';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createJournals } from '../journal/journals.ts';
import { makeEvents, testRandom } from '../test/events.ts';
import { until } from '../test/until.ts';
import { createTimers } from '../timers.ts';
import type { JournalRow } from './document-store.ts';
import { createSqliteDocumentStore } from './sqlite-document-store.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const writer = { account: createId<AccountId>(testRandom), device: createId<DeviceId>(testRandom), segment: 1 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-store-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** Ends the thread while it works on the messages with these numbers. */
const endThreadAt = (...numbers: readonly number[]) => {
  const { postMessage } = Worker.prototype;
  const endings: Promise<unknown>[] = [];
  let messages = 0;
  vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...args) {
    Reflect.apply(postMessage, this, args);
    if (numbers.includes(++messages)) endings.push(this.terminate());
  });
  return { times: () => endings.length, over: () => Promise.all(endings) };
};

test('[STO-7] whether an event is stored is known at once, also when many others are, or its thread died', async () => {
  const store = createSqliteDocumentStore({ path: join(folder, 'sync.db'), log: quiet });
  const journal = `conversation/${createId<ConversationId>(testRandom)}` as const;
  const row = { journal, document: 'd', update: Uint8Array.of(1), bindings: [], receivedAt: 1, incarnation: 1 };
  const stored = makeEvents(1_100).map(({ eventId }) => eventId);
  const events = stored.map((eventId) => ({ eventId, ...writer }));
  for (let n = 0; n < events.length; n += 100) {
    await store.append([{ ...row, arrival: n + 1, events: events.slice(n, n + 100) }]);
    expect(await store.taken(stored)).toEqual(stored.slice(0, n + 100));
  }
  const ended = endThreadAt(1);
  const [last] = makeEvents(1);
  const append = () => store.append([{ ...row, arrival: 1_101, events: [{ eventId: last!.eventId, ...writer }] }]);
  await Promise.allSettled([append()]);
  await ended.over(); // it may have answered before
  expect(ended.times()).toBe(1);
  const isThere = (await store.rowsFrom(journal, 1_101)).length === 1;
  expect(await store.taken([last!.eventId])).toHaveLength(isThere ? 1 : 0);
  await append();
  expect(await store.taken([last!.eventId])).toHaveLength(1);
  await store.close();
});

test('[STO-5] when the thread that writes dies with writes under way, another stores each of them once and in order', async () => {
  const ended = endThreadAt(1, 2, 3);
  const complaints: string[] = [];
  const log = { info: () => {}, warn: () => {}, error: (what: string) => void complaints.push(what) };
  const store = createSqliteDocumentStore({ path: join(folder, 'sync.db'), log });
  const foreign: JournalRow[] = [];
  const states: string[] = [];
  const journals = createJournals({
    ...{ store, timers: createTimers(), clock: Date, log },
    onState: (state) => void states.push(state),
    onAppended: () => {},
    onForeignRow: (row) => void foreign.push(row),
    onForeignFold: async () => {},
  });
  const conversation = createId<ConversationId>(testRandom);
  const journal = journals.get(`conversation/${conversation}`);
  const announced: { readonly eventId: EventId; readonly arrival: number }[] = [];
  const events = makeEvents(40);
  for (const { eventId, bytes } of events) {
    journal.append({
      ...{ document: 'd', update: bytes, events: [{ eventId, ...writer }], bindings: [] },
      onStored: ({ arrival }) => void announced.push({ eventId, arrival }),
    });
    await new Promise((resolve) => setImmediate(resolve)); // so that they go in several messages
  }
  await until(() => announced.length === events.length, 'everything to be stored');
  expect(ended.times()).toBe(3);
  expect(complaints.filter((what) => what.startsWith('the thread that writes has ended'))).toHaveLength(3);
  expect(announced).toEqual(events.map(({ eventId }, i) => ({ eventId, arrival: i + 1 })));
  expect((await store.rowsFrom(`conversation/${conversation}`, 1)).map(({ arrival }) => arrival)).toEqual(
    announced.map(({ arrival }) => arrival),
  );
  expect(foreign).toEqual([]);
  expect(states.at(-1)).toBe('ok');
  journals.close();
  await store.close();
});
