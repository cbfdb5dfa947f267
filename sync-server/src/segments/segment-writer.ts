/** Opens and closes segments in the store, by compare-and-set, and mends what a process that died left half-done. [SGM-1] */
import { segmentName } from '@kith/schema/doc-name';
import type { ConversationId } from '@kith/schema/ids';
import { withStoredDoc } from '../journal/fold-stored.ts';
import type { DocumentStore, Segment } from '../storage/document-store.ts';
import { createSegmentContents, type SegmentSpan } from './segment-contents.ts';

export interface SegmentWriter {
  /**
   * Opens the next number. For a live segment: unless somebody else has opened one after `newest`, the newest live
   * number that the caller knows of; then that one is it.
   */
  openNext(conversation: ConversationId, next: { importer: string } | { newest: number }): Promise<Segment>;
  /** Closes, or widens the range of a closed one. Reads what it spans from the store unless that is given. */
  close(segment: Segment, span?: SegmentSpan): Promise<void>;
  /** Sees to it that exactly one live segment is open. */
  mend(conversation: ConversationId): Promise<void>;
}

interface SegmentWriterDeps {
  readonly store: DocumentStore;
  readonly clock: { now(): number };
  /** The last arrival of the conversation's journal. */
  readonly lastArrival: (conversation: ConversationId) => Promise<number>;
}

export const createSegmentWriter = ({ store, clock, lastArrival }: SegmentWriterDeps): SegmentWriter => {
  const openNext: SegmentWriter['openNext'] = async (conversation, next) => {
    for (;;) {
      const taken = await store.segments(conversation);
      const newest = newestLive(taken);
      if ('newest' in next && newest !== null && newest.n > next.newest) return newest;
      const importer = 'importer' in next ? next.importer : null;
      const firstArrival = (await lastArrival(conversation)) + 1;
      const n = taken.length + 1;
      const segment: Segment = { conversation, n, importer, firstArrival, openedAt: clock.now(), closed: null };
      if ((await store.openSegment(segment)).ok) return segment;
    }
  };

  const storedSpan = async ({ conversation, n }: Segment): Promise<SegmentSpan> =>
    withStoredDoc(await store.load(segmentName(conversation, n)), (doc) => createSegmentContents(doc).span());

  const close: SegmentWriter['close'] = async (segment, span) => {
    const { events, firstTime, lastTime } = span ?? (await storedSpan(segment));
    const { closedAt, events: eventsThen } = segment.closed ?? { closedAt: clock.now(), events };
    await store.closeSegment(segment.conversation, segment.n, { closedAt, events: eventsThen, firstTime, lastTime });
  };

  return {
    openNext,
    close,
    mend: async (conversation) => {
      await openNext(conversation, { newest: 0 });
      const segments = await store.segments(conversation);
      const newest = newestLive(segments);
      // whoever died between opening the next and closing the old left two open
      const stale = segments.filter(
        ({ importer, closed, n }) => importer === null && closed === null && n !== newest?.n,
      );
      for (const segment of stale) await close(segment);
    },
  };
};

export const newestLive = (segments: readonly Segment[]): Segment | null =>
  segments.findLast(({ importer }) => importer === null) ?? null;
