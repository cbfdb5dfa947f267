/** Moves a conversation on to its next segment when the newest is full or old. One at a time per conversation. [SGM-1] */
import type { ConversationId } from '@kith/schema/ids';
import type { Log } from '../log.ts';
import type { Segment } from '../storage/document-store.ts';
import type { ConversationSegments } from './conversation-segments.ts';
import type { SegmentSpan } from './segment-contents.ts';
import { isDueToClose } from './segment-gate.ts';

export interface Rollover {
  /** Called after events were added to a segment. Never throws. */
  note(segment: Segment, span: SegmentSpan): void;
  settled(): Promise<void>;
}

interface RolloverDeps {
  readonly segments: ConversationSegments;
  readonly clock: { now(): number };
  readonly log: Log;
  readonly onClosed: (segment: Segment) => void;
}

export const createRollover = ({ segments, clock, log, onClosed }: RolloverDeps): Rollover => {
  const running = new Map<ConversationId, Promise<void>>();

  const start = (segment: Segment, work: () => Promise<void>): void => {
    const { conversation, n } = segment;
    if (running.has(conversation)) return;
    const done = work()
      .then(() => onClosed(segment))
      // the next event asks again, so a store that recovers is enough
      .catch((cause) => log.warn('a segment could not be closed', { conversation, n, cause }))
      .finally(() => running.delete(conversation));
    running.set(conversation, done);
  };

  return {
    note: (segment, span) => {
      if (segment.importer !== null) return;
      const { closed } = segment;
      if (closed !== null) {
        if (isWider(span, closed)) start(segment, () => segments.close(segment, span));
      } else if (segments.isNewest(segment) && isDueToClose(segment, span.events, clock.now())) {
        start(segment, () => segments.roll(segment, span));
      }
    },
    settled: async () => {
      await Promise.all(running.values());
    },
  };
};

/** Messages that came in its grace may lie outside the range announced. */
const isWider = (span: SegmentSpan, closed: NonNullable<Segment['closed']>): boolean =>
  span.firstTime !== closed.firstTime || span.lastTime !== closed.lastTime;
