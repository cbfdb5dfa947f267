/** Which parts of a conversation's history are on this device. */
import { newestSegment, type SegmentEntry } from '@kith/schema/documents/head';
import type { AccountId, DeviceId } from '@kith/schema/ids';
import type { ConversationRow } from '../storage/local-store.ts';

/** Segments not on this device, in the order in which scrolling back wants them: latest events first. */
export const segmentsElsewhere = ({
  segments,
  projectedSegments,
}: Pick<ConversationRow, 'segments' | 'projectedSegments'>): readonly SegmentEntry[] => {
  const newest = newestSegment(segments);
  const here = new Set(projectedSegments);
  return segments.filter(({ n }) => n !== newest?.n && !here.has(n)).sort((a, b) => endOf(b) - endOf(a) || b.n - a.n);
};

/** An open segment may hold any time. */
const endOf = (segment: SegmentEntry): number => segment.lastTime ?? Number.MAX_SAFE_INTEGER;

/** Written by an importer into a segment of its own: history that comes when it is scrolled to. */
export const isOfImport = (
  segments: readonly SegmentEntry[],
  event: { readonly segment: number; readonly account: AccountId; readonly device: DeviceId },
): boolean =>
  segments.some(({ n, importer }) => n === event.segment && importer === `${event.account}/${event.device}`);
