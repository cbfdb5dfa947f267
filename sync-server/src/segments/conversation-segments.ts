/**
 * The segments of conversations: opened by compare-and-set in the store, cached while a conversation is in use. Of two
 * processes that open the next at once, one wins and both go on with what it made. [SGM-1]
 */
import { segmentName } from '@kith/schema/doc-name';
import type { ConversationId } from '@kith/schema/ids';
import { withStoredDoc } from '../journal/fold-stored.ts';
import type { DocumentStore, Segment, SegmentClosing } from '../storage/document-store.ts';
import { readSegmentContents, type SegmentContents } from './segment-contents.ts';

export interface ConversationSegments {
  /** Opens the first one where there is none. In order of n. */
  load(conversation: ConversationId): Promise<readonly Segment[]>;
  /** What is cached; empty when nothing is. */
  peek(conversation: ConversationId): readonly Segment[];
  find(conversation: ConversationId, n: number): Segment | null;
  isNewest(segment: Segment): boolean;
  /** Opens the next live segment, then closes this one. */
  roll(segment: Segment, contents: SegmentContents): Promise<void>;
  openImport(conversation: ConversationId, importer: string): Promise<Segment>;
  /** Closes, or widens the range of a closed one. Reads the contents from the store unless they are given. */
  close(segment: Segment, contents?: SegmentContents): Promise<void>;
  forget(conversation: ConversationId): void;
}

interface SegmentsDeps {
  readonly store: DocumentStore;
  readonly clock: { now(): number };
  /** The last arrival of the conversation's journal. */
  readonly lastArrival: (conversation: ConversationId) => Promise<number>;
  readonly onChange: (conversation: ConversationId) => void;
}

export const createConversationSegments = ({
  store,
  clock,
  lastArrival,
  onChange,
}: SegmentsDeps): ConversationSegments => {
  const cached = new Map<ConversationId, readonly Segment[]>();
  const loading = new Map<ConversationId, Promise<readonly Segment[]>>();

  const refresh = async (conversation: ConversationId): Promise<readonly Segment[]> => {
    const segments = await store.segments(conversation);
    cached.set(conversation, segments);
    return segments;
  };

  /** Takes the next free number; whoever was faster has it, and we take the one after. */
  const openNext = async (conversation: ConversationId, importer: string | null): Promise<Segment> => {
    for (;;) {
      const taken = await store.segments(conversation);
      const rival = newestLive(taken);
      if (
        importer === null &&
        rival !== null &&
        rival.closed === null &&
        rival.n > (newestLive(peek(conversation))?.n ?? 0)
      )
        return rival;
      const firstArrival = (await lastArrival(conversation)) + 1;
      const n = taken.length + 1;
      const segment: Segment = { conversation, n, importer, firstArrival, openedAt: clock.now(), closed: null };
      if ((await store.openSegment(segment)).ok) return segment;
    }
  };

  const storedContents = async ({ conversation, n }: Segment): Promise<SegmentContents> =>
    withStoredDoc(await store.load(segmentName(conversation, n)), readSegmentContents);

  const close = async (segment: Segment, contents?: SegmentContents): Promise<void> => {
    const { events, firstTime, lastTime } = contents ?? (await storedContents(segment));
    const closing: SegmentClosing = segment.closed ?? { closedAt: clock.now(), events, firstTime, lastTime };
    await store.closeSegment(segment.conversation, segment.n, { ...closing, firstTime, lastTime });
  };

  /** A process that died between opening the next and closing the old left two open: the old one is closed now. */
  const loadAndMend = async (conversation: ConversationId): Promise<readonly Segment[]> => {
    let segments = await store.segments(conversation);
    if (newestLive(segments) === null) await openNext(conversation, null);
    segments = await refresh(conversation);
    const newest = newestLive(segments);
    for (const segment of segments) {
      if (segment.importer === null && segment.closed === null && segment.n !== newest?.n) await close(segment);
    }
    return refresh(conversation);
  };

  const load = (conversation: ConversationId): Promise<readonly Segment[]> => {
    const known = cached.get(conversation);
    if (known !== undefined && !loading.has(conversation)) return Promise.resolve(known);
    const promise = loading.get(conversation) ?? loadAndMend(conversation).finally(() => loading.delete(conversation));
    loading.set(conversation, promise);
    return promise;
  };

  const peek = (conversation: ConversationId): readonly Segment[] => cached.get(conversation) ?? [];
  const changed = async (conversation: ConversationId): Promise<void> => {
    await refresh(conversation);
    onChange(conversation);
  };

  return {
    load,
    peek,
    find: (conversation, n) => peek(conversation)[n - 1] ?? null,
    isNewest: ({ conversation, n }) => newestLive(peek(conversation))?.n === n,
    roll: async (segment, contents) => {
      await openNext(segment.conversation, null);
      await close(segment, contents);
      await changed(segment.conversation);
    },
    openImport: async (conversation, importer) => {
      const segment = await openNext(conversation, importer);
      await changed(conversation);
      return segment;
    },
    close: async (segment, contents) => {
      await close(segment, contents);
      await changed(segment.conversation);
    },
    forget: (conversation) => void cached.delete(conversation),
  };
};

const newestLive = (segments: readonly Segment[]): Segment | null =>
  segments.findLast(({ importer }) => importer === null) ?? null;
