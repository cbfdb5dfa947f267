/** Segments in MongoDB: numbers are given once because ids are, and in order because none is ever taken away. */
import { err, ok } from '@kith/schema/result';
import type { DocumentStore, Segment } from '../document-store.ts';
import { ignoreDuplicates, type MongoDatabase, type SegmentDoc } from './mongo-database.ts';

type MongoSegments = Pick<DocumentStore, 'segments' | 'openSegment' | 'closeSegment'>;

const CHANGED = err({ type: 'segment-changed' } as const);

export const createMongoSegments = ({ segments }: MongoDatabase): MongoSegments => ({
  segments: async (conversation) => (await segments.find({ conversation }).sort({ n: 1 }).toArray()).map(toSegment),
  openSegment: async (segment) => {
    const { conversation, n } = segment;
    const isNext = n === 1 || (await segments.findOne({ _id: `${conversation} ${n - 1}` })) !== null;
    if (!isNext) return CHANGED;
    return (await ignoreDuplicates(segments.insertOne({ _id: `${conversation} ${n}`, ...segment })))
      ? ok(undefined)
      : CHANGED;
  },
  closeSegment: async (conversation, n, closed) => {
    const { matchedCount } = await segments.updateOne({ _id: `${conversation} ${n}` }, { $set: { closed } });
    return matchedCount === 1 ? ok(undefined) : CHANGED;
  },
});

const toSegment = ({ _id, ...segment }: SegmentDoc): Segment => segment;
