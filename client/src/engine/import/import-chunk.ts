/**
 * One segment's worth of an import: what the server has is only fetched, the rest goes into a segment of its own, all
 * batches in flight at once. Can be repeated after anything. [IMP-1] [IMP-5]
 */
import { ImportSegmentResponse } from '@kith/schema/api/history';
import { NO_PREV } from '@kith/schema/event/event-hash';
import { EVENT_KINDS } from '@kith/schema/event/event-kind';
import type { ConversationId, EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { EngineError } from '../engine-api.ts';
import { loadSegment } from '../history/load-segments.ts';
import type { OnlineParts } from '../online/online.ts';
import { appendBatch } from '../outbox/append-batch.ts';
import { askKnown } from '../outbox/known-events.ts';
import { type SignedEvent, signEvents } from '../outbox/sign-events.ts';
import type { OutboxEvent } from '../storage/local-store.ts';
import type { ImportedEvent } from './imported-events.ts';

export type ImportParts = Pick<
  OnlineParts,
  'api' | 'signer' | 'timers' | 'store' | 'replicas' | 'projector' | 'connection'
>;

/** All of it is durable on the server and in this profile when this resolves. @throws EngineError: try again */
export const importChunk = async (
  parts: ImportParts,
  place: { readonly conversation: ConversationId; readonly epoch: number },
  chunk: readonly ImportedEvent[],
  isRetry: boolean,
): Promise<void> => {
  const missing: ImportedEvent[] = [];
  // one without an arrival may be in this profile only: the server lost it
  for (const event of chunk) if (!(await parts.store.message(event.eventId))?.arrival) missing.push(event);
  if (missing.length === 0) return;
  const fresh = isRetry ? await withoutKnown(parts, place.conversation, missing) : missing;
  if (fresh.length > 0) await writeSegment(parts, place, fresh);
};

/** Those the server has come from there: their bytes are the ones that were signed. */
const withoutKnown = async (
  parts: ImportParts,
  conversation: ConversationId,
  missing: readonly ImportedEvent[],
): Promise<ImportedEvent[]> => {
  const known = await askKnown(
    parts.api,
    conversation,
    missing.map(({ eventId }) => eventId),
  );
  for (const n of new Set(known.map(({ segment }) => segment))) {
    await closeSegment(parts, conversation, n);
    await loadSegment(parts, conversation, n);
  }
  const ids = new Set(known.map(({ eventId }) => eventId));
  return missing.filter(({ eventId }) => !ids.has(eventId));
};

const writeSegment = async (
  parts: ImportParts,
  { conversation, epoch }: { readonly conversation: ConversationId; readonly epoch: number },
  events: readonly ImportedEvent[],
): Promise<void> => {
  const n = await openSegment(parts, conversation);
  const end = { seq: 1, prev: NO_PREV };
  const signing = signEvents(parts.signer, { segment: n, epoch, end }, events.map(toOutboxEvent(conversation)));
  const replica = parts.replicas.imported(conversation, n);
  try {
    const [signed] = await Promise.all([signing, replica.whenReady()]);
    const arrivals = new Map<EventId, number>();
    const stored = (acks: readonly { readonly eventId: EventId; readonly arrival: number }[]): void => {
      for (const { eventId, arrival } of acks) arrivals.set(eventId, arrival);
    };
    const link = { timers: parts.timers, replica };
    const outcomes = await Promise.all(batches(signed).map((batch) => appendBatch(link, parts.signer, batch, stored)));
    for (const outcome of outcomes) {
      if (outcome.type === 'rejected') throw new EngineError(outcome.message.code, outcome.message.detail ?? '');
      if (outcome.type === 'lost') throw new EngineError('offline', 'the connection was lost');
    }
    const { account, device } = parts.signer;
    const incoming = signed.map(({ eventId, signed: { bytes } }) => ({
      ...{ conversation, segment: n, account, device, bytes },
      arrival: arrivals.get(eventId) ?? null,
    }));
    await Promise.all([parts.projector.project(incoming), closeSegment(parts, conversation, n)]);
    await parts.store.updateConversation(conversation, (row) => ({
      ...row,
      projectedSegments: [...row.projectedSegments, n],
    }));
  } finally {
    await replica.close();
  }
};

const toOutboxEvent =
  (conversation: ConversationId) =>
  ({ eventId, time, body }: ImportedEvent): OutboxEvent => ({
    ...{ type: 'event', position: 0, kind: EVENT_KINDS.message, target: null, signed: null },
    ...{ conversation, eventId, time, body },
  });

const BATCH_BYTES = LIMITS.updateBytes / 2;

const batches = (events: readonly SignedEvent[]): SignedEvent[][] => {
  const all: SignedEvent[][] = [];
  let sizeBytes = Number.POSITIVE_INFINITY;
  for (const event of events) {
    const current = all.at(-1);
    sizeBytes += event.signed.bytes.length;
    if (current === undefined || current.length === LIMITS.batchEvents || sizeBytes > BATCH_BYTES) {
      all.push([event]);
      sizeBytes = event.signed.bytes.length;
    } else current.push(event);
  }
  return all;
};

const openSegment = async (parts: ImportParts, conversation: ConversationId): Promise<number> =>
  (await segments(parts, conversation, { action: 'open' })).n;

/** Closing a closed one again is fine. */
const closeSegment = async (parts: ImportParts, conversation: ConversationId, n: number): Promise<void> => {
  await segments(parts, conversation, { action: 'close', n });
};

const segments = ({ api }: ImportParts, conversation: ConversationId, body: object) =>
  api.call({
    ...{ method: 'POST', path: `/api/conversations/${conversation}/segments`, body },
    answer: ImportSegmentResponse,
  });
