/** Brings segments onto the device: into the tables, and out of memory again. [ENG-7] */
import { newestSegment } from '@kith/schema/documents/head';
import { decodeEvent } from '@kith/schema/event/event-codec';
import type { ConversationId, EventId } from '@kith/schema/ids';
import { takeHead } from '../conversations/head-watch.ts';
import { askKnown } from '../outbox/known-events.ts';
import type { IncomingEvent } from '../projection/incoming-event.ts';
import type { Projector } from '../projection/projector.ts';
import { eventsOf } from '../projection/segment-watch.ts';
import type { Replicas } from '../replica/replicas.ts';
import type { ApiClient } from '../session/api-client.ts';
import type { LocalStore } from '../storage/local-store.ts';
import { segmentsElsewhere } from './segments-here.ts';

export interface LoadDeps {
  readonly store: LocalStore;
  readonly api: ApiClient;
  readonly replicas: Replicas;
  readonly projector: Projector;
}

interface Arrived {
  readonly eventId: EventId;
  readonly arrival: number;
}

/** How many messages are enough to open a conversation with. */
const ENOUGH = 50;

/** The newest segment, and older ones until there are enough messages; `anew` as below. @throws EngineError */
export const loadNewest = async (deps: LoadDeps, conversation: ConversationId, anew = false): Promise<void> => {
  await refreshHead(deps, conversation);
  const row = await deps.store.conversation(conversation);
  const newest = newestSegment(row?.segments ?? []);
  if (newest !== null) await loadSegment(deps, conversation, newest.n, { anew });
  while ((await deps.store.messageCount(conversation)) < ENOUGH) if (!(await loadOlder(deps, conversation))) return;
};

/** The next older part; false when all of the history is here. @throws EngineError */
export const loadOlder = async (deps: LoadDeps, conversation: ConversationId): Promise<boolean> => {
  const row = await deps.store.conversation(conversation);
  const [next] = row === null ? [] : segmentsElsewhere(row);
  if (next === undefined) return false;
  await loadSegment(deps, conversation, next.n);
  return true;
};

/** @throws EngineError */
export const refreshHead = async ({ store, replicas }: LoadDeps, conversation: ConversationId): Promise<void> => {
  const { replica, release } = replicas.head(conversation);
  try {
    await replica.whenReady();
    await takeHead(store, conversation, replica);
  } finally {
    release();
  }
};

/**
 * What the server had when it was linked is projected when this resolves; `anew`: has now. Of the events of `arrivals`
 * the server need not be asked when they arrived. @throws EngineError
 */
export const loadSegment = async (
  deps: LoadDeps,
  conversation: ConversationId,
  n: number,
  { anew = false, arrivals = [] }: { readonly anew?: boolean; readonly arrivals?: readonly Arrived[] } = {},
): Promise<void> => {
  const row = await deps.store.conversation(conversation);
  const isNewest = newestSegment(row?.segments ?? [])?.n === n;
  const { replica, release } = isNewest
    ? deps.replicas.segment(conversation, n)
    : deps.replicas.passing(conversation, n);
  try {
    if (anew && replica.isReady) await replica.relink();
    await replica.whenReady();
    const events = eventsOf({ conversation, segment: n }, replica);
    await deps.projector.project(events);
    if (arrivals.length > 0) await deps.store.setArrivals(conversation, arrivals);
    await fillArrivals(deps, conversation, n, events);
    await markProjected(deps.store, conversation, n);
  } finally {
    release();
  }
};

/** Documents do not say when events arrived; ticks and unread need it. Nobody needs it of an import. */
const fillArrivals = async (
  { store, api }: LoadDeps,
  conversation: ConversationId,
  n: number,
  events: readonly IncomingEvent[],
): Promise<void> => {
  const row = await store.conversation(conversation);
  if (row?.segments.find((segment) => segment.n === n)?.importer !== undefined) return;
  const unplaced: EventId[] = [];
  for (const { bytes } of events) {
    const decoded = decodeEvent(bytes);
    if (!decoded.ok) continue;
    const { eventId } = decoded.value.header;
    const message = await store.message(eventId);
    if (message !== null && message.arrival === null) unplaced.push(eventId);
  }
  if (unplaced.length > 0) await store.setArrivals(conversation, await askKnown(api, conversation, unplaced));
};

/** The newest one is watched while it is open and never counts as done. */
const markProjected = (store: LocalStore, conversation: ConversationId, n: number): Promise<void> =>
  store.updateConversation(conversation, (row) =>
    row.projectedSegments.includes(n) || newestSegment(row.segments)?.n === n
      ? row
      : { ...row, projectedSegments: [...row.projectedSegments, n].sort((a, b) => a - b) },
  );
