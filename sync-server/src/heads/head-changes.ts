/** What a head document lacks of what follows from the directory's record and the segments. Pure. [SYN-7] */
import type { ConversationRecord } from '@kith/schema/conversation-directory';
import type { SegmentEntry } from '@kith/schema/documents/head';
import type * as Y from 'yjs';
import type { Segment } from '../storage/document-store.ts';

export interface HeadSource {
  readonly record: ConversationRecord;
  readonly segments: readonly Segment[];
}

export interface HeadChange {
  readonly root: 'meta' | 'members' | 'segments';
  readonly key: string;
  /** Undefined removes the key. */
  readonly value: unknown;
}

/** Empty for a head that is up to date. */
export const headChanges = (doc: Y.Doc, { record, segments }: HeadSource): HeadChange[] => {
  const { kind, version, epoch, title } = record;
  const segmentByKey = new Map(segments.map((segment) => [String(segment.n), segmentEntry(segment)]));
  // segments are never taken back: one that is not named is one that this process does not know of yet
  const changes = mapChanges(doc, 'segments', segmentByKey).filter(({ value }) => value !== undefined);
  // a record older than what stands here is a cache that lags: titles and members only go forward
  if (Number(doc.getMap('meta').get('version') ?? 0) > version) return changes;
  return [
    ...mapChanges(doc, 'meta', new Map<string, unknown>(Object.entries({ kind, version, epoch, title }))),
    ...mapChanges(doc, 'members', record.roleByAccount),
    ...changes,
  ];
};

export const applyHeadChanges = (doc: Y.Doc, changes: readonly HeadChange[]): void => {
  for (const { root, key, value } of changes) {
    if (value === undefined) doc.getMap(root).delete(key);
    else doc.getMap(root).set(key, value);
  }
};

const segmentEntry = ({ n, importer, firstArrival, closed }: Segment): SegmentEntry => ({
  n,
  state: closed === null ? 'open' : 'closed',
  firstArrival,
  ...(importer === null ? {} : { importer }),
  ...(closed === null ? {} : { events: closed.events }),
  ...(closed === null || closed.firstTime === null ? {} : { firstTime: closed.firstTime }),
  ...(closed === null || closed.lastTime === null ? {} : { lastTime: closed.lastTime }),
});

const mapChanges = (doc: Y.Doc, root: HeadChange['root'], wanted: ReadonlyMap<string, unknown>): HeadChange[] => {
  const map = doc.getMap(root);
  const stale = [...map.keys()].filter((key) => !wanted.has(key)).map((key) => ({ root, key, value: undefined }));
  const different = [...wanted].filter(([key, value]) => !isSame(map.get(key), value));
  return [...stale, ...different.map(([key, value]) => ({ root, key, value }))];
};

const isSame = (a: unknown, b: unknown): boolean => {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return a.length === b.length && a.every((x, i) => x === b[i]);
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return canonical(a) === canonical(b);
};

const canonical = (value: object | null): string => JSON.stringify(Object.entries(value ?? {}).sort());
