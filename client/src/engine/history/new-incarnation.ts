/**
 * The server's journal is another one than this device knew: restored from an older backup, or robbed of its tail. What
 * this device wrote and the server lost goes back into the outbox under the same ids, what others wrote is offered as
 * they signed it; arrivals and receipts of what is gone are forgotten, so that no tick claims more than there is
 * evidence for. Can be repeated after anything. [ENG-12] [ENG-16]
 *
 * A journal loses its end only: once everything on a page, counted from the last arrival down, is where it was, the
 * rest is too.
 */
import { decodeEvent } from '@kith/schema/event/event-codec';
import type { AccountId, ConversationId, DeviceId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { askKnown, type KnownEvent } from '../outbox/known-events.ts';
import type { Replicas } from '../replica/replicas.ts';
import { type BringDeps, bringOthers } from './bring-others.ts';
import { placeAnew } from './place-anew.ts';
import { type PlacedEvent, placedEvents } from './placed-events.ts';

export interface IncarnationDeps extends BringDeps {
  readonly replicas: Replicas;
  readonly self: { readonly account: AccountId; readonly device: DeviceId };
}

/** The conversation is ready to be loaded anew when this resolves. @throws EngineError */
export const meetNewIncarnation = async (deps: IncarnationDeps, conversation: ConversationId): Promise<void> => {
  const { store, self } = deps;
  const row = await store.conversation(conversation);
  if (row === null) return;
  const live = row.segments.filter(({ importer }) => importer === undefined);
  await deps.replicas.forget(
    conversation,
    live.map(({ n }) => n),
  );
  const placed = await placedEvents(store, self, conversation);
  const lost = (await lostEvents(deps, conversation, placed)).toReversed();
  const gone = new Set(lost.map(({ eventId }) => eventId));
  const kept = placed.filter(({ eventId }) => !gone.has(eventId));
  const read = kept.find(({ arrival }) => arrival !== null && arrival <= row.readArrival);
  await store.forgetReceipts(conversation);
  const foreign = lost.filter(({ kind }) => kind !== 'own');
  await placeAnew(
    deps,
    conversation,
    foreign.map(({ eventId }) => ({ eventId, arrival: null, segment: null })),
  );
  await writeAgain(deps, lost);
  await store.updateConversation(conversation, (now) => ({
    ...now,
    projectedSegments: [],
    readArrival: Math.min(now.readArrival, read?.arrival ?? 0),
  }));
  // those of its own that others' change are on their way by now
  await bringOthers(
    deps,
    conversation,
    lost.filter(({ kind }) => kind === 'others'),
  );
};

const lostEvents = async (
  deps: IncarnationDeps,
  conversation: ConversationId,
  placed: readonly PlacedEvent[],
): Promise<PlacedEvent[]> => {
  const lost: PlacedEvent[] = [];
  for (let i = 0; i < placed.length; i += LIMITS.knownEventIds) {
    const page = placed.slice(i, i + LIMITS.knownEventIds);
    const ids = page.map(({ eventId }) => eventId);
    const answers = new Map((await askKnown(deps.api, conversation, ids)).map((event) => [event.eventId, event]));
    const known = page.map((event) => ({ event, answer: knownAs(event, answers.get(event.eventId)) }));
    const gone = known.flatMap(({ event, answer }) => (answer === null ? [event] : []));
    const moved = known.flatMap(({ event, answer }) => (answer && answer.arrival !== event.arrival ? [answer] : []));
    await placeAnew(deps, conversation, moved);
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
  for (const { eventId, kind: whose, change } of lost) {
    if (whose !== 'own' || waiting.has(eventId)) continue;
    const message = change === null ? await store.message(eventId) : null;
    const row = change ?? message;
    const decoded = row?.bytes ? decodeEvent(row.bytes) : null;
    if (row === null || !decoded?.ok) continue;
    const { header, body } = decoded.value;
    const { conversation } = row;
    const { kind, target, time } = header;
    const unplaced = message === null ? null : { ...message, segment: null, arrival: null, bytes: null };
    await store.requeue({ type: 'event', conversation, eventId, kind, target, time, body, signed: null }, unplaced);
  }
};
