/**
 * Journals that append all at once, each its next as soon as its last is durable. The rows of an append are of one
 * document: a journal has one append under way and what comes meanwhile goes together. One that fails is counted, and
 * its writer goes on in another journal.
 */
import { segmentName } from '@kith/schema/doc-name';
import { type ConversationId, createId, type EventId } from '@kith/schema/ids';
import type { DocumentStore, JournalRow } from '@kith/sync-server';
import { percentile } from '../statistics.ts';
import type { HistorySegment } from './history-segments.ts';

export interface AppendLoad {
  readonly journals: number;
  readonly rowsPerAppend: number;
  readonly seconds: number;
}

export interface AppendRate {
  readonly appendsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Appends of which the store could not say that they are durable. */
  readonly failed: number;
}

const WARM_UP_SECONDS = 0.3;
const PAUSE_MS = 100;

/** `pattern`: whose updates are appended again and again, under new names. */
export const measureAppends = async (
  store: DocumentStore,
  pattern: HistorySegment,
  { journals, rowsPerAppend, seconds }: AppendLoad,
): Promise<AppendRate> => {
  const latencies: number[] = [];
  const beginsAt = performance.now() + WARM_UP_SECONDS * 1000;
  const endsAt = beginsAt + seconds * 1000;
  let failed = 0;
  let lastAt = endsAt;
  const append = async (): Promise<void> => {
    let nextRows = createRows(pattern);
    while (performance.now() < endsAt) {
      const at = performance.now();
      try {
        const result = await store.append(nextRows(rowsPerAppend));
        if (!result.ok) throw new Error(result.error.type);
        const now = performance.now();
        if (now < beginsAt) continue;
        latencies.push(now - at);
        lastAt = now;
      } catch {
        failed++;
        nextRows = createRows(pattern);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  };
  await Promise.all(Array.from({ length: journals }, append));
  return {
    // what was under way at the end is waited for, and counts: a store may take longer for one than all of the time
    appendsPerSecond: (latencies.length / (lastAt - beginsAt)) * 1000,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    failed,
  };
};

/** The next rows of a new journal. */
const createRows = ({ rows: pattern }: HistorySegment): ((count: number) => JournalRow[]) => {
  const random = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => crypto.getRandomValues(bytes);
  const conversation = createId<ConversationId>(random);
  const journal = `conversation/${conversation}` as const;
  let last = 0;
  return (count) =>
    Array.from({ length: count }, () => {
      const row = pattern[last % pattern.length] as JournalRow;
      const events = row.events.map((event) => ({ ...event, eventId: createId<EventId>(random) }));
      return { ...row, journal, document: segmentName(conversation, 1), arrival: ++last, events, bindings: [] };
    });
};
