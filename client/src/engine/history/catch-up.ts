/**
 * What arrived while this device was away: compares the server's index with its own positions, brings what is missing,
 * newest conversations first. Far behind counts as new: the newest part now, the rest when scrolled to. [ENG-7] [ENG-8]
 */
import { ArrivalsResponse, IndexResponse } from '@kith/schema/api/history';
import type { SegmentEntry } from '@kith/schema/documents/head';
import type { ConversationId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import type * as v from 'valibot';
import { EngineError } from '../engine-api.ts';
import type { Positions } from '../receipts/positions.ts';
import { createSerialQueue } from '../serial-queue.ts';
import type { ConversationRow } from '../storage/local-store.ts';
import { type LoadDeps, loadNewest, loadSegment, refreshHead } from './load-segments.ts';
import { type IncarnationDeps, meetNewIncarnation } from './new-incarnation.ts';
import { isOfImport } from './segments-here.ts';

export interface CatchUp {
  /** All conversations; one that fails stops no other. @throws EngineError the first of them */
  run(): Promise<void>;
  /** One, once a run under way is over; calls meanwhile share the next one. @throws EngineError */
  conversation(id: ConversationId): Promise<void>;
}

interface CatchUpDeps extends LoadDeps, Omit<IncarnationDeps, 'inTurn'> {
  readonly positions: Positions;
}

type Arrival = v.InferOutput<typeof ArrivalsResponse>['arrivals'][number];
type IndexEntry = v.InferOutput<typeof IndexResponse>['conversations'][number];

/** More missing arrivals than this and the device begins anew. */
const FAR = 5_000;
const AT_A_TIME = 8;
const TOGETHER = LIMITS.documentTokensPerRequest;

export const createCatchUp = (deps: CatchUpDeps): CatchUp => {
  const inTurn = createSerialQueue().run;
  const running = new Map<ConversationId, Promise<void>>();
  const waiting = new Map<ConversationId, Promise<void>>();

  const start = (id: ConversationId, entry: IndexEntry | null): Promise<void> => {
    const done = catchUpOne({ ...deps, inTurn }, id, entry).finally(() => running.delete(id));
    running.set(id, done);
    return done;
  };
  const one = (id: ConversationId, entry: IndexEntry | null): Promise<void> => {
    const current = running.get(id);
    if (current === undefined) return start(id, entry);
    const next =
      waiting.get(id) ??
      current.then(noop, noop).then(() => {
        waiting.delete(id);
        return start(id, null);
      });
    waiting.set(id, next);
    return next;
  };
  return {
    conversation: (id) => one(id, null),
    run: async () => {
      const entries = await askIndex(deps);
      const rows = new Map((await deps.store.conversations()).map((row) => [row.id, row]));
      const behind = entries.filter((entry) => isBehind(rows.get(entry.conversation), entry));
      const queue = behind.sort((a, b) => b.lastArrival - a.lastArrival);
      const failures: unknown[] = [];
      let begun = 0;
      const work = async (): Promise<void> => {
        while (begun < queue.length) {
          if (begun % TOGETHER === 0) prefetchTokens(deps, queue.slice(begun, begun + TOGETHER));
          const entry = queue[begun++] as IndexEntry;
          await one(entry.conversation, entry).catch((error: unknown) => failures.push(error));
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, work));
      if (failures.length > 0) throw failures[0];
    },
  };
};

const prefetchTokens = ({ replicas }: CatchUpDeps, entries: readonly IndexEntry[]): void =>
  replicas.prefetchTokens(entries.map(({ conversation }) => conversation));

const noop = (): void => undefined;

const askIndex = async ({ api }: CatchUpDeps): Promise<IndexEntry[]> =>
  (await api.call({ method: 'GET', path: '/api/index', answer: IndexResponse })).conversations;

const isBehind = (row: ConversationRow | undefined, entry: IndexEntry): boolean =>
  row !== undefined &&
  (row.incarnation !== entry.incarnation ||
    row.position < entry.lastArrival ||
    row.readArrival < entry.read ||
    row.segments.length === 0);

const catchUpOne = async (
  deps: CatchUpDeps & IncarnationDeps,
  id: ConversationId,
  given: IndexEntry | null,
): Promise<void> => {
  const entry = given ?? (await askIndex(deps)).find(({ conversation }) => conversation === id);
  const row = await deps.store.conversation(id);
  if (entry === undefined || row === null) return;
  const isNew = row.position === 0 || row.incarnation === 0;
  const isRestored = await isOfAnother(deps, row, entry);
  const isFar = !isNew && entry.lastArrival - row.position > FAR;
  if (isRestored) await meetNewIncarnation(deps, id);
  else if (isFar) await doubtSegments(deps, id);
  if (entry.read > row.readArrival || isRestored) await takeRead(deps, id, entry.read);
  if (isNew || isRestored || isFar) {
    await loadNewest(deps, id, true);
    return deps.positions.complete(id, entry.lastArrival, entry.incarnation);
  }
  if (row.segments.length === 0) await refreshHead(deps, id);
  if (row.position < entry.lastArrival) await followArrivals(deps, id, row);
};

/** What is here may come from another journal than the server's, also where nobody has said yet from which. */
const isOfAnother = async (
  { store }: CatchUpDeps,
  row: ConversationRow,
  { incarnation }: IndexEntry,
): Promise<boolean> =>
  row.incarnation === 0 ? incarnation > 1 && (await store.messageCount(row.id)) > 0 : row.incarnation !== incarnation;

/** What changed in closed segments meanwhile is not followed: they are loaded again when scrolled to. An import is not. */
const doubtSegments = ({ store }: CatchUpDeps, id: ConversationId): Promise<void> =>
  store.updateConversation(id, (row) => {
    const imports = new Set(row.segments.flatMap(({ n, importer }) => (importer === undefined ? [] : [n])));
    return { ...row, projectedSegments: row.projectedSegments.filter((n) => imports.has(n)) };
  });

/** Another device of this person saw them. */
const takeRead = ({ store }: CatchUpDeps, id: ConversationId, read: number): Promise<void> =>
  store.updateConversation(id, (row) => ({ ...row, readArrival: Math.max(row.readArrival, read) }));

const followArrivals = async (
  deps: CatchUpDeps,
  id: ConversationId,
  { position: from, incarnation }: ConversationRow,
): Promise<void> => {
  for (let after: number | null = from; after !== null; ) {
    const path: string = `/api/conversations/${id}/arrivals?after=${after}`;
    const page: v.InferOutput<typeof ArrivalsResponse> = await deps.api.call({
      method: 'GET',
      path,
      answer: ArrivalsResponse,
    });
    if (page.incarnation !== incarnation) throw new EngineError('unavailable', 'the journal became another one');
    await loadMissing(deps, id, page.arrivals);
    await deps.store.setArrivals(id, page.arrivals);
    const last = page.next ?? page.arrivals.at(-1)?.arrival ?? after;
    await deps.positions.complete(id, last, page.incarnation);
    after = page.next;
  }
};

const loadMissing = async (deps: CatchUpDeps, id: ConversationId, arrivals: readonly Arrival[]): Promise<void> => {
  const segments = await segmentsWith(deps, id, arrivals);
  const wanted = arrivals.filter((arrival) => !isOfImport(segments, arrival));
  for (const n of await missingFrom(deps, wanted)) await loadSegment(deps, id, n, { arrivals });
  // one that is in use may not have heard yet of what the server just told of, and might never
  for (const n of await missingFrom(deps, wanted)) await loadSegment(deps, id, n, { arrivals, anew: true });
};

/** Of the conversation, as the device knows them; the head is asked where it does not know all of these arrivals'. */
const segmentsWith = async (
  deps: CatchUpDeps,
  id: ConversationId,
  arrivals: readonly Arrival[],
): Promise<readonly SegmentEntry[]> => {
  const known = (await deps.store.conversation(id))?.segments ?? [];
  const numbers = new Set(known.map(({ n }) => n));
  if (arrivals.every(({ segment }) => numbers.has(segment))) return known;
  await refreshHead(deps, id);
  return (await deps.store.conversation(id))?.segments ?? [];
};

/** The segments of those that are not here. */
const missingFrom = async ({ store }: CatchUpDeps, arrivals: readonly Arrival[]): Promise<ReadonlySet<number>> => {
  const here = await store.projected(arrivals.map(({ eventId }) => eventId));
  return new Set(arrivals.flatMap(({ eventId, segment }) => (here.has(eventId) ? [] : [segment])));
};
