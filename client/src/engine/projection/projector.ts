/**
 * Puts events into the tables, from wherever they come and however often, one batch at a time. What is there already
 * only learns its arrival; what changes another waits for it and is folded in then. Nothing reaches beyond its own
 * conversation, and an id belongs to the event that came first under it. [PRJ-1] [PRJ-2] [PRJ-3] [PRJ-4]
 */
import { type Hlc, msToHlc } from '@kith/schema/hlc';
import type { ConversationId, EventId } from '@kith/schema/ids';
import type { Role } from '@kith/schema/role';
import type { EngineLog } from '../engine-deps.ts';
import { createSerialQueue } from '../serial-queue.ts';
import type { ChangeRow, LocalStore, MessageRow, ProjectedEvent } from '../storage/local-store.ts';
import { changeRow, type DecodedEvent, decodeIncoming, messageRow, refold } from './fold-rows.ts';
import type { GenuineEvents } from './genuine-events.ts';
import type { IncomingEvent } from './incoming-event.ts';

export interface Projector {
  /** Resolves when they are durable on this device. All of one conversation. */
  project(events: readonly IncomingEvent[]): Promise<void>;
  /** Own events that are stored otherwise than they stand here: as they are stored they count. All of one conversation. */
  correct(events: readonly IncomingEvent[]): Promise<void>;
  /** Writes that must not cross a projection. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
}

const BATCH = 500;

export const createProjector = (deps: {
  readonly store: LocalStore;
  readonly clock: { now(): number };
  readonly log: EngineLog;
  readonly genuine: GenuineEvents;
}): Projector => {
  const queue = createSerialQueue();
  const projectBatch = async (events: readonly IncomingEvent[]): Promise<void> => {
    const [first] = events;
    if (first === undefined) return;
    const decoded = decodeAll(deps.log, events);
    const here = await deps.store.projected(decoded.map(({ eventId }) => eventId));
    const known = decoded.filter(({ eventId, incoming }) => isSameEvent(here.get(eventId), incoming));
    await learnArrivals(deps.store, first.conversation, known);
    const fresh = decoded.filter(({ eventId }) => !here.has(eventId));
    if (fresh.length > 0) await projectFresh(deps.store, first.conversation, fresh, msToHlc(deps.clock.now()));
  };
  return {
    exclusive: queue.run,
    correct: (events) =>
      queue.run(async () => {
        const [first] = events;
        if (first === undefined) return;
        await projectFresh(deps.store, first.conversation, decodeAll(deps.log, events), msToHlc(deps.clock.now()));
      }),
    project: async (events) => {
      for (let i = 0; i < events.length; i += BATCH) {
        // beside the queue: signatures take their time
        const batch = await deps.genuine(events.slice(i, i + BATCH));
        await queue.run(() => projectBatch(batch));
      }
    },
  };
};

/** The first of each id; bytes that are no event are passed over: the guard lets none in. */
const decodeAll = (log: EngineLog, events: readonly IncomingEvent[]): DecodedEvent[] => {
  const byId = new Map<EventId, DecodedEvent>();
  for (const incoming of events) {
    const decoded = decodeIncoming(incoming);
    if (decoded === null) {
      log('warn', 'a log entry is no event', { conversation: incoming.conversation, segment: incoming.segment });
    } else if (!byId.has(decoded.eventId)) byId.set(decoded.eventId, decoded);
  }
  return [...byId.values()];
};

/** Is what stands here under an id the event that `incoming` speaks of? */
export const isSameEvent = (
  here: ProjectedEvent | undefined,
  incoming: Pick<IncomingEvent, 'conversation' | 'account'>,
): boolean => here?.conversation === incoming.conversation && here.account === incoming.account;

const learnArrivals = async (
  store: LocalStore,
  conversation: ConversationId,
  known: readonly DecodedEvent[],
): Promise<void> => {
  const arrivals = known.flatMap(({ eventId, incoming: { arrival } }) =>
    arrival === null ? [] : [{ eventId, arrival }],
  );
  if (arrivals.length > 0) await store.setArrivals(conversation, arrivals);
};

const projectFresh = async (
  store: LocalStore,
  conversation: ConversationId,
  fresh: readonly DecodedEvent[],
  nowTime: Hlc,
): Promise<void> => {
  const changes = fresh.flatMap((decoded) => changeRow(decoded) ?? []);
  const freshIds = fresh.map(({ eventId }) => eventId);
  const targets = [...new Set(changes.map(({ target }) => target))];
  // only a conversation's own events change its messages: roles of another one say nothing here
  const known = (await store.changesOf([...freshIds, ...targets])).filter((row) => row.conversation === conversation);
  const changesByTarget = group([...known, ...changes]);
  const roleIn = await readRoles(store, conversation);
  const messages = fresh.flatMap(
    (decoded) => messageRow(decoded, changesByTarget.get(decoded.eventId) ?? [], roleIn, nowTime) ?? [],
  );
  const written = new Set(messages.map(({ eventId }) => eventId));
  const touched: MessageRow[] = [];
  for (const target of targets) {
    const row = written.has(target) ? null : await store.message(target);
    if (row?.conversation === conversation) touched.push(refold(row, changesByTarget.get(target) ?? [], roleIn));
  }
  await store.project({ messages: [...messages, ...touched], changes });
};

const group = (changes: readonly ChangeRow[]): ReadonlyMap<EventId, readonly ChangeRow[]> =>
  Map.groupBy(changes, ({ target }) => target);

/** Roles as they are now stand for those of every epoch: earlier ones are not on the device. */
const readRoles = async (store: LocalStore, conversation: ConversationId) => {
  const members = await store.members(conversation);
  const roles = new Map<string, Role>(members.map(({ account, role }) => [account, role]));
  return (account: string): Role | null => roles.get(account) ?? null;
};
