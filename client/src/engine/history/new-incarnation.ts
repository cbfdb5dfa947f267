/**
 * The server's journal is another one than this device knew: restored from an older backup, or robbed of its tail. What
 * this device wrote and the server lost goes back into the outbox under the same ids; arrivals and receipts of what is
 * gone are forgotten, so that no tick claims more than there is evidence for. Can be repeated after anything. [ENG-12]
 *
 * A journal loses its end only: once everything on a page, counted from the last arrival down, is where it was, the
 * rest is too. What others lost they bring back themselves; it stays readable here.
 */
import { decodeEvent } from '@kith/schema/event/event-codec';
import type { AccountId, ConversationId, DeviceId, EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { askKnown, type KnownEvent } from '../outbox/known-events.ts';
import type { Replicas } from '../replica/replicas.ts';
import type { ApiClient } from '../session/api-client.ts';
import type { ChangeRow, LocalStore, MessageRow, TimelineCursor } from '../storage/local-store.ts';

export interface IncarnationDeps {
  readonly store: LocalStore;
  readonly api: ApiClient;
  readonly replicas: Replicas;
  readonly self: { readonly account: AccountId; readonly device: DeviceId };
}

interface PlacedEvent {
  readonly eventId: EventId;
  readonly account: AccountId;
  readonly arrival: number;
  /** The message or change of this device's own, which can be written again. */
  readonly own: 'message' | ChangeRow | null;
}

/** The conversation is ready to be loaded anew when this resolves. @throws EngineError */
export const meetNewIncarnation = async (deps: IncarnationDeps, conversation: ConversationId): Promise<void> => {
  const { store } = deps;
  const row = await store.conversation(conversation);
  if (row === null) return;
  const live = row.segments.filter(({ importer }) => importer === undefined);
  await deps.replicas.forget(
    conversation,
    live.map(({ n }) => n),
  );
  const placed = await placedEvents(deps, conversation);
  const lost = await lostEvents(deps, conversation, placed);
  const gone = new Set(lost.map(({ eventId }) => eventId));
  const read = placed.find(({ eventId, arrival }) => !gone.has(eventId) && arrival <= row.readArrival);
  await store.forgetReceipts(conversation);
  const foreign = lost.filter(({ own }) => own === null);
  await store.setArrivals(
    conversation,
    foreign.map(({ eventId }) => ({ eventId, arrival: null })),
  );
  await writeAgain(deps, lost);
  await store.updateConversation(conversation, (now) => ({
    ...now,
    projectedSegments: [],
    readArrival: Math.min(now.readArrival, read?.arrival ?? 0),
  }));
};

/** All that the server once had, last arrival first. */
const placedEvents = async ({ store, self }: IncarnationDeps, conversation: ConversationId): Promise<PlacedEvent[]> => {
  const placed: PlacedEvent[] = [];
  const isOwn = (row: Pick<MessageRow, 'account' | 'device'>): boolean =>
    row.account === self.account && row.device === self.device;
  const add = (row: Pick<MessageRow, 'eventId' | 'account' | 'arrival'>, own: PlacedEvent['own']): void => {
    const { eventId, account, arrival } = row;
    if (arrival !== null) placed.push({ eventId, account, arrival, own });
  };
  for (let before: TimelineCursor | null = null; ; ) {
    const rows: readonly MessageRow[] = await store.timeline(conversation, before, LIMITS.knownEventIds);
    for (const row of rows) add(row, isOwn(row) && !isImported(row) ? 'message' : null);
    const changes = await store.changesOf(rows.map(({ eventId }) => eventId));
    for (const row of changes) if (row.conversation === conversation) add(row, isOwn(row) ? row : null);
    before = rows.at(-1) ?? null;
    if (rows.length < LIMITS.knownEventIds) return placed.sort((a, b) => b.arrival - a.arrival);
  }
};

/** Whoever has the source imports it again: an import goes into segments of its own. */
const isImported = ({ message }: MessageRow): boolean => message.state === 'shown' && message.imported !== null;

const lostEvents = async (
  { api, store }: IncarnationDeps,
  conversation: ConversationId,
  placed: readonly PlacedEvent[],
): Promise<PlacedEvent[]> => {
  const lost: PlacedEvent[] = [];
  for (let i = 0; i < placed.length; i += LIMITS.knownEventIds) {
    const page = placed.slice(i, i + LIMITS.knownEventIds);
    const ids = page.map(({ eventId }) => eventId);
    const answers = new Map((await askKnown(api, conversation, ids)).map((event) => [event.eventId, event]));
    const known = page.map((event) => ({ event, answer: knownAs(event, answers.get(event.eventId)) }));
    const gone = known.flatMap(({ event, answer }) => (answer === null ? [event] : []));
    const moved = known.flatMap(({ event, answer }) => (answer && answer.arrival !== event.arrival ? [answer] : []));
    await store.setArrivals(conversation, moved);
    if (gone.length === 0 && moved.length === 0) break;
    lost.push(...gone);
  }
  return lost;
};

/** Null also when somebody else has it under its id. */
const knownAs = ({ account }: PlacedEvent, answer: KnownEvent | undefined): KnownEvent | null =>
  answer?.account === account ? answer : null;

/** In the order in which the server once had them. */
const writeAgain = async ({ store }: IncarnationDeps, lost: readonly PlacedEvent[]): Promise<void> => {
  const waiting = new Set((await store.outbox()).flatMap((entry) => (entry.type === 'event' ? [entry.eventId] : [])));
  for (const { eventId, own } of lost.toReversed()) {
    if (own === null || waiting.has(eventId)) continue;
    const message = own === 'message' ? await store.message(eventId) : null;
    const row = own === 'message' ? message : own;
    const decoded = row?.bytes ? decodeEvent(row.bytes) : null;
    if (row === null || !decoded?.ok) continue;
    const { header, body } = decoded.value;
    const { conversation } = row;
    const { kind, target, time } = header;
    const unplaced = message === null ? null : { ...message, segment: null, arrival: null, bytes: null };
    await store.requeue({ type: 'event', conversation, eventId, kind, target, time, body, signed: null }, unplaced);
  }
};
