/**
 * What a person does that needs no server: each is one transaction of the store, and done when it resolves. Sends are
 * one after the other, so their times are in the order of the calls. [ENG-1] [OUT-1]
 */
import type { ConversationKind } from '@kith/schema/documents/head';
import { encodeEventBody } from '@kith/schema/event/event-body';
import { EVENT_KINDS } from '@kith/schema/event/event-kind';
import { HLC_ZERO, type Hlc } from '@kith/schema/hlc';
import { type ConversationId, createId, type EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { encodeOpaqueText } from '@kith/schema/opaque';
import { leftRow } from './conversations/conversation-rows.ts';
import { type Engine, EngineError } from './engine-api.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { HybridClock } from './hybrid-clock.ts';
import { saveDraft } from './save-draft.ts';
import { createSerialQueue } from './serial-queue.ts';
import type { ConversationRow, LocalStore, MessageRow, OutboxEvent, StoredSession } from './storage/local-store.ts';

export type LocalWrites = Pick<
  Engine,
  | 'createConversation'
  | 'renameConversation'
  | 'leaveConversation'
  | 'sendMessage'
  | 'retryMessage'
  | 'discardMessage'
  | 'dismissRefusal'
  | 'saveDraft'
  | 'markRead'
>;

type LocalDeps = Pick<EngineDeps, 'store' | 'random' | 'clock'> & { readonly hybridClock: HybridClock };

export const createLocalWrites = (deps: LocalDeps): LocalWrites => {
  const queue = createSerialQueue();
  return {
    ...conversationWrites(deps),
    sendMessage: (conversation, message) => queue.run(() => send(deps, conversation, message)),
    retryMessage: (eventId, text) => queue.run(() => retry(deps, eventId, text)),
    discardMessage: (eventId) => deps.store.discard(eventId),
    dismissRefusal: (position) => deps.store.dismissRefusedCommand(position),
    saveDraft: (conversation, text) => saveDraft(deps.store, conversation, text),
    markRead: (conversation, upTo) => markRead(deps.store, conversation, upTo),
  };
};

const conversationWrites = ({
  store,
  random,
  clock,
}: LocalDeps): Pick<LocalWrites, 'createConversation' | 'renameConversation' | 'leaveConversation'> => ({
  createConversation: async (conversation) => {
    await sessionOf(store);
    const id = createId<ConversationId>(random);
    await enqueueConversation({ store, clock }, id, conversation);
    return id;
  },
  renameConversation: async (id, title) => {
    const row = await rowOf(store, id);
    const opaque = opaqueTitle(title);
    const command = { type: 'command', conversation: id, command: { name: 'rename', title: opaque } } as const;
    await store.enqueueCommand(command, { ...row, title: opaque });
  },
  leaveConversation: async (id) => {
    const row = await rowOf(store, id);
    await store.enqueueCommand({ type: 'command', conversation: id, command: { name: 'leave' } }, leftRow(row));
  },
});

/** Made here and now; the server hears of it through the outbox. Making it twice is making it once. */
export const enqueueConversation = async (
  { store, clock }: Pick<LocalDeps, 'store' | 'clock'>,
  id: ConversationId,
  { kind, title }: { readonly kind: ConversationKind; readonly title: string },
): Promise<void> => {
  if ((await store.conversation(id)) !== null) return;
  const opaque = opaqueTitle(title);
  const command = { type: 'command', conversation: id, command: { name: 'create', kind, title: opaque } } as const;
  await store.enqueueCommand(command, { ...EMPTY_ROW, id, kind, title: opaque, createdAt: clock.now() });
};

const EMPTY_ROW: Omit<ConversationRow, 'id' | 'kind' | 'title' | 'createdAt'> = {
  version: 0,
  epoch: 1,
  role: 'owner',
  memberCount: 1,
  state: 'local',
  incarnation: 0,
  position: 0,
  readArrival: 0,
  readTime: HLC_ZERO,
  segments: [],
  projectedSegments: [],
  draft: '',
};

/** @throws EngineError `too-large` */
const opaqueTitle = (title: string): Uint8Array => {
  const bytes = encodeOpaqueText(title);
  if (bytes.length > LIMITS.titleBytes) throw new EngineError('too-large', 'the title is too long');
  return bytes;
};

/** @throws EngineError `signed-out` */
const sessionOf = async (store: LocalStore): Promise<StoredSession> => {
  const session = await store.session();
  if (session === null) throw new EngineError('signed-out', 'nobody is signed in on this device');
  return session;
};

/** @throws EngineError `not-found` */
const rowOf = async (store: LocalStore, id: ConversationId): Promise<ConversationRow> => {
  const row = await store.conversation(id);
  if (row === null) throw new EngineError('not-found', 'this device does not have that conversation');
  return row;
};

const send = async (
  deps: LocalDeps,
  conversation: ConversationId,
  message: { readonly text: string; readonly replyTo?: EventId },
): Promise<EventId> => {
  const session = await sessionOf(deps.store);
  await assertMember(deps.store, conversation);
  const { text, replyTo } = message;
  const eventId = createId<EventId>(deps.random);
  const time = await deps.hybridClock.tick(conversation);
  const body = messageBody(text, replyTo ?? null);
  await deps.store.enqueueEvent(
    { type: 'event', conversation, eventId, kind: EVENT_KINDS.message, target: null, time, body, signed: null },
    ownMessageRow(session, { conversation, eventId, time, text, replyTo: replyTo ?? null }),
  );
  return eventId;
};

/** @throws EngineError `not-member` */
const assertMember = async (store: LocalStore, conversation: ConversationId): Promise<void> => {
  const { state } = await rowOf(store, conversation);
  if (state === 'left') throw new EngineError('not-member', 'not in this conversation any more');
};

/** Header and signature, whatever they hold. */
const ENVELOPE_BYTES = 512;

/** @throws EngineError: what the server would refuse is not taken on */
const messageBody = (text: string, replyTo: EventId | null): Uint8Array => {
  if (text === '') throw new EngineError('event-malformed', 'a message has text');
  const body = encodeEventBody('message', replyTo === null ? { text } : { text, replyTo });
  // characters that are long in JSON: fewer of them fit
  const isTooLong = text.length > LIMITS.messageTextLength || body.length > LIMITS.eventBytes - ENVELOPE_BYTES;
  if (isTooLong) throw new EngineError('event-too-large', 'the message is too long');
  return body;
};

const ownMessageRow = (
  { account, device }: StoredSession,
  event: Pick<OutboxEvent, 'conversation' | 'eventId' | 'time'> & {
    readonly text: string;
    readonly replyTo: EventId | null;
  },
): MessageRow => {
  const { conversation, eventId, time, text, replyTo } = event;
  const shown = { state: 'shown', text, replyTo, imported: null, editedAt: null, reactions: [] } as const;
  return {
    ...{ conversation, eventId, time, account, device },
    ...{ segment: null, arrival: null, bytes: null, refused: null },
    message: { eventId, account, device, time, ...shown },
  };
};

const retry = async (deps: LocalDeps, eventId: EventId, text: string | undefined): Promise<void> => {
  const session = await sessionOf(deps.store);
  const refused = await deps.store.quarantined(eventId);
  if (refused === null) throw new EngineError('not-found', 'this message was not refused');
  await assertMember(deps.store, refused.event.conversation);
  const row = await deps.store.message(eventId);
  const shown = row?.message.state === 'shown' ? row.message : null;
  const newText = text ?? shown?.text ?? '';
  const { conversation, kind } = refused.event;
  const replyTo = shown?.replyTo ?? null;
  const time = await deps.hybridClock.tick(conversation);
  const { position: _, ...event } = refused.event;
  if (kind !== EVENT_KINDS.message) return deps.store.requeue({ ...event, time, signed: null }, null);
  const body = messageBody(newText, replyTo);
  const newRow = ownMessageRow(session, { conversation, eventId, time, text: newText, replyTo });
  await deps.store.requeue({ ...event, time, body, signed: null }, newRow);
};

/** How many messages up to the one seen last are looked at for the greatest arrival. */
const SEEN_AT_ONCE = 200;

const markRead = async (store: LocalStore, conversation: ConversationId, upTo: Hlc): Promise<void> => {
  const before = { time: (upTo + 1) as Hlc, eventId: '' as EventId };
  const seen = await store.timeline(conversation, before, SEEN_AT_ONCE);
  const arrival = Math.max(0, ...seen.map((message) => message.arrival ?? 0));
  const row = await store.conversation(conversation);
  if (row === null || (row.readArrival >= arrival && row.readTime >= upTo)) return;
  await store.updateConversation(conversation, (now) => ({
    ...now,
    readArrival: Math.max(now.readArrival, arrival),
    readTime: Math.max(now.readTime, upTo) as Hlc,
  }));
};
