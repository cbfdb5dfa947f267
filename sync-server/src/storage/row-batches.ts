/** What one append brings, as stores keep it: rows in a row of the same document, packed; and the runs of their events. */
import type { JournalName } from '@kith/schema/doc-name';
import type { EventId } from '@kith/schema/ids';
import { type IndexedEvent, type JournalRow, lastArrivalOf } from './document-store.ts';
import { packRows } from './packed-rows.ts';

export interface RowBatch {
  readonly document: string;
  /** Of its first row. */
  readonly arrival: number;
  /** Of its last row's last event. */
  readonly last: number;
  readonly packed: Uint8Array<ArrayBuffer>;
}

/** The rows must be in order. Batches are as well, and do not overlap. */
export const toBatches = (rows: readonly JournalRow[]): RowBatch[] => {
  const batches: RowBatch[] = [];
  for (let from = 0; from < rows.length; ) {
    const first = rows[from] as JournalRow;
    let end = from + 1;
    while (rows[end]?.document === first.document) end++;
    const together = rows.slice(from, end);
    const last = lastArrivalOf(together.at(-1) ?? first);
    batches.push({ document: first.document, arrival: first.arrival, last, packed: packRows(together) });
    from = end;
  }
  return batches;
};

/** Events of one segment that follow on each other in the arrivals. */
export interface EventRun {
  readonly arrival: number;
  readonly segment: number;
  readonly events: readonly RunEvent[];
}

export type RunEvent = Pick<IndexedEvent, 'eventId' | 'account' | 'device' | 'receivedAt'>;

/** The most: some 900 bytes, which is what SQLite keeps within the page of a table without row ids. */
export const RUN_EVENTS = 40;

/** Leaves out what `isIndexed` says the journal has: an event keeps its first arrival. */
export const toEventRuns = (
  rows: readonly Pick<JournalRow, 'arrival' | 'events' | 'receivedAt'>[],
  isIndexed: (eventId: EventId) => boolean,
): EventRun[] => {
  const runs: (EventRun & { readonly events: RunEvent[] })[] = [];
  const seen = new Set<EventId>();
  for (const { arrival, events, receivedAt } of rows) {
    for (const [i, { eventId, segment, account, device }] of events.entries()) {
      if (seen.has(eventId) || isIndexed(eventId)) continue;
      seen.add(eventId);
      const event = { eventId, account, device, receivedAt };
      const run = runs.at(-1);
      const isNext = run?.segment === segment && run.arrival + run.events.length === arrival + i;
      if (isNext && run.events.length < RUN_EVENTS) run.events.push(event);
      else runs.push({ arrival: arrival + i, segment, events: [event] });
    }
  }
  return runs;
};

/** The runs of an index that is whole already. */
export const toRunsOfEvents = (events: readonly IndexedEvent[]): EventRun[] =>
  toEventRuns(
    events.map(({ arrival, receivedAt, ...event }) => ({ arrival, receivedAt, events: [event] })),
    () => false,
  );

export const assertNoHole = (journal: JournalName, next: number, rows: readonly JournalRow[]): void => {
  for (const row of rows) {
    if (row.arrival !== next)
      throw new RangeError(`${journal}: arrival ${row.arrival} leaves a hole after ${next - 1}`);
    next = lastArrivalOf(row) + 1;
  }
};
