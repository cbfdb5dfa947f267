/** Segments of an import: opened and closed by the device that imports, beside the live ones. [SGM-5] */
import type { ConversationId } from '@kith/schema/ids';
import { err, ok, type Result } from '@kith/schema/result';
import type { Segment } from '../storage/document-store.ts';
import type { ConversationSegments } from './conversation-segments.ts';

/** An import that was killed leaves its segment open; beyond this many the oldest is closed. */
const MAX_OPEN = 4;

export interface ImportSegments {
  open(conversation: ConversationId, importer: string): Promise<Result<number, never>>;
  /** Closing a closed one again is fine. */
  close(
    conversation: ConversationId,
    importer: string,
    n: number,
  ): Promise<Result<number, { readonly type: 'not-found' | 'forbidden' }>>;
}

interface ImportSegmentsDeps {
  readonly segments: ConversationSegments;
  /** Waits until what was written to the conversation is stored; false when that cannot be now. */
  readonly settled: (conversation: ConversationId) => Promise<boolean>;
  readonly onClosed: (segment: Segment) => void;
}

export const createImportSegments = ({ segments, settled, onClosed }: ImportSegmentsDeps): ImportSegments => {
  const close = async (segment: Segment): Promise<void> => {
    await settled(segment.conversation);
    await segments.close(segment);
    onClosed(segment);
  };

  return {
    open: async (conversation, importer) => {
      const own = (await segments.load(conversation)).filter((s) => s.importer === importer && s.closed === null);
      for (const segment of own.slice(0, Math.max(0, own.length - MAX_OPEN + 1))) await close(segment);
      const { n } = await segments.openImport(conversation, importer);
      return ok(n);
    },
    close: async (conversation, importer, n) => {
      const segment = (await segments.load(conversation))[n - 1];
      if (segment === undefined) return err({ type: 'not-found' });
      if (segment.importer !== importer) return err({ type: 'forbidden' });
      if (segment.closed === null) await close(segment);
      return ok(n);
    },
  };
};
