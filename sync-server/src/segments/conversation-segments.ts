/**
 * The segments of conversations, cached while a conversation is in use. Of two processes that open the next at once,
 * one wins and both go on with what it made. [SGM-1]
 */
import type { ConversationId } from '@kith/schema/ids';
import type { DocumentStore, Segment } from '../storage/document-store.ts';
import type { SegmentSpan } from './segment-contents.ts';
import { newestLive, type SegmentWriter } from './segment-writer.ts';

export interface ConversationSegments {
  /** Opens the first one where there is none. In order of n. */
  load(conversation: ConversationId): Promise<readonly Segment[]>;
  /** What is cached; empty when nothing is. */
  peek(conversation: ConversationId): readonly Segment[];
  find(conversation: ConversationId, n: number): Segment | null;
  isNewest(segment: Segment): boolean;
  /** Opens the next live segment, then closes this one. */
  roll(segment: Segment, span: SegmentSpan): Promise<void>;
  openImport(conversation: ConversationId, importer: string): Promise<Segment>;
  /** Closes, or widens the range of a closed one. Reads what it spans from the store unless that is given. */
  close(segment: Segment, span?: SegmentSpan): Promise<void>;
  /** Another process has changed them: reads again those that are cached. */
  readAgain(conversation: ConversationId): Promise<void>;
  /** Drops from the cache what nobody uses. */
  forgetUnless(isInUse: (conversation: ConversationId) => boolean): void;
}

interface SegmentsDeps {
  readonly store: DocumentStore;
  readonly writer: SegmentWriter;
  readonly onChange: (conversation: ConversationId) => void;
  /** Tells other processes. */
  readonly tell: (news: { type: 'segments'; conversation: ConversationId }) => void;
}

export const createConversationSegments = ({ store, writer, onChange, tell }: SegmentsDeps): ConversationSegments => {
  const cached = new Map<ConversationId, readonly Segment[]>();
  const loading = new Map<ConversationId, Promise<readonly Segment[]>>();

  const read = async (conversation: ConversationId): Promise<readonly Segment[]> => {
    const segments = await store.segments(conversation);
    cached.set(conversation, segments);
    return segments;
  };
  const follow = async (conversation: ConversationId): Promise<void> => {
    await read(conversation);
    onChange(conversation);
  };
  const changed = async (conversation: ConversationId): Promise<void> => {
    tell({ type: 'segments', conversation });
    await follow(conversation);
  };
  const peek = (conversation: ConversationId): readonly Segment[] => cached.get(conversation) ?? [];

  return {
    load: (conversation) => {
      const known = cached.get(conversation);
      if (known !== undefined) return Promise.resolve(known);
      const started = loading.get(conversation);
      if (started !== undefined) return started;
      const work = writer
        .mend(conversation)
        .then(() => read(conversation))
        .finally(() => loading.delete(conversation));
      loading.set(conversation, work);
      return work;
    },
    peek,
    find: (conversation, n) => peek(conversation)[n - 1] ?? null,
    isNewest: ({ conversation, n }) => newestLive(peek(conversation))?.n === n,
    roll: async (segment, span) => {
      await writer.openNext(segment.conversation, { newest: segment.n });
      await writer.close(segment, span);
      await changed(segment.conversation);
    },
    openImport: async (conversation, importer) => {
      const segment = await writer.openNext(conversation, { importer });
      await changed(conversation);
      return segment;
    },
    close: async (segment, span) => {
      await writer.close(segment, span);
      await changed(segment.conversation);
    },
    readAgain: async (conversation) => {
      if (cached.has(conversation)) await follow(conversation);
    },
    forgetUnless: (isInUse) => {
      for (const conversation of cached.keys()) if (!isInUse(conversation)) cached.delete(conversation);
    },
  };
};
