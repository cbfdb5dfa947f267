/** Segments from their first row to their snapshot: how long a load takes before and after, and what is left on the disk. */
import { NO_BUS } from '@kith/schema/bus';
import { applyStored, createCompaction, type DocumentStore } from '@kith/sync-server';
import * as Y from 'yjs';
import { median } from '../statistics.ts';
import type { HistorySegment } from './history-segments.ts';
import { QUIET_LOG, type StoreUnderTest } from './stores.ts';

export interface LoadTime {
  /** `store.load`. */
  readonly readMs: number;
  /** Into a Yjs document, as the server does it. */
  readonly applyMs: number;
}

export interface SegmentLife {
  /** A thousand rows. */
  readonly unfolded: LoadTime;
  /** One snapshot. */
  readonly folded: LoadTime;
  /** On the disk, index of ids included; null where the server does not say. */
  readonly bytesOnDisk: number | null;
}

/** How often each is loaded: the first times compile. */
const LOADS = 12;

export const liveThrough = async (under: StoreUnderTest, segments: readonly HistorySegment[]): Promise<SegmentLife> => {
  const store = await under.open();
  await Promise.all(segments.map((segment) => appendOneByOne(store, segment)));
  const unfolded = await loadTime(store, segments);
  await fold(store, segments);
  const folded = await loadTime(store, segments);
  await store.close();
  return { unfolded, folded, bytesOnDisk: await under.sizeBytes() };
};

/** Each row is durable before the next. */
export const appendOneByOne = async (store: DocumentStore, { rows }: HistorySegment): Promise<void> => {
  for (const row of rows) {
    const result = await store.append([row]);
    if (!result.ok) throw new Error(result.error.type);
  }
};

/** As the server does when a segment closes. */
export const fold = async (store: DocumentStore, segments: readonly HistorySegment[]): Promise<void> => {
  const compaction = createCompaction({ store, log: QUIET_LOG, alone: NO_BUS.alone, onFolded: () => {} });
  for (const { document } of segments) compaction.request(document);
  await compaction.settled();
  for (const { document } of segments)
    if ((await store.load(document)).rows.length > 0) throw new Error(`${document} was not folded`);
};

const loadTime = async (store: DocumentStore, segments: readonly HistorySegment[]): Promise<LoadTime> => {
  const times: LoadTime[] = [];
  for (let n = 0; n < LOADS; n++) for (const { document } of segments) times.push(await loadOnce(store, document));
  const warm = times.slice(segments.length);
  return { readMs: median(warm.map(({ readMs }) => readMs)), applyMs: median(warm.map(({ applyMs }) => applyMs)) };
};

const loadOnce = async (store: DocumentStore, document: string): Promise<LoadTime> => {
  const startedAt = performance.now();
  const stored = await store.load(document);
  const readAt = performance.now();
  const doc = new Y.Doc();
  applyStored(doc, stored);
  const appliedAt = performance.now();
  doc.destroy();
  return { readMs: readAt - startedAt, applyMs: appliedAt - readAt };
};
