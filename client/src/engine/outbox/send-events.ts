/**
 * One step of sending a conversation's waiting events: settle what is uncertain, or append the next batch. Whatever
 * happens between two steps, the outbox says where to go on. [OUT-1] [OUT-2] [OUT-4]
 */
import { newestSegment, readHead } from '@kith/schema/documents/head';
import { readLog } from '@kith/schema/documents/segment';
import { decodeEvent } from '@kith/schema/event/event-codec';
import type { ConversationId, EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { EngineError } from '../engine-api.ts';
import type { Timers } from '../engine-deps.ts';
import type { ApiClient } from '../session/api-client.ts';
import type { LocalStore, OutboxEvent } from '../storage/local-store.ts';
import { type AppendOutcome, appendBatch } from './append-batch.ts';
import { type CorrectDeps, correctMended } from './correct-mended.ts';
import { askKnown } from './known-events.ts';
import { logEnd, signEvents } from './sign-events.ts';

export interface SendDeps extends CorrectDeps {
  readonly store: LocalStore;
  readonly api: ApiClient;
  readonly timers: Timers;
  /** Events of ours that arrived. */
  readonly onStored: (
    conversation: ConversationId,
    acks: readonly { readonly eventId: EventId; readonly arrival: number }[],
  ) => void;
}

export type Sent =
  /** The server had some of what was signed before. */
  | { readonly type: 'settled' }
  /** The document became another one meanwhile, nothing was sent: look again. */
  | { readonly type: 'changed' }
  | Answered;

export interface Answered {
  readonly type: 'answered';
  readonly batch: readonly OutboxEvent[];
  readonly outcome: AppendOutcome;
}

/** Bytes of events in one update, well below what the server takes. */
const BATCH_BYTES = LIMITS.updateBytes / 2;

/** @throws EngineError */
export const sendNext = async (
  deps: SendDeps,
  conversation: ConversationId,
  events: readonly OutboxEvent[],
  batchSize: number,
): Promise<Sent> => {
  if (await settleKnown(deps, conversation, events)) return { type: 'settled' };
  const head = deps.replicas.head(conversation);
  try {
    await head.replica.whenReady();
    const { epoch, segments } = readHead(head.replica.doc);
    const newest = newestSegment(segments)?.n ?? null;
    const segment = await placeOf(deps, events[0], newest);
    const batch = await takeBatch(deps, events, { segment, newest, batchSize });
    return await sendBatch(deps, { conversation, segment, epoch, batch });
  } finally {
    head.release();
  }
};

/** True when the server had some of what was signed before. Somebody else's event under the same id is not ours. */
const settleKnown = async (
  deps: SendDeps,
  conversation: ConversationId,
  events: readonly OutboxEvent[],
): Promise<boolean> => {
  const { api, store, signer, onStored } = deps;
  const signed = events.flatMap((event) => (event.signed === null ? [] : [event.eventId]));
  if (signed.length === 0) return false;
  const known = (await askKnown(api, conversation, signed)).filter(({ account }) => account === signer.account);
  if (known.length === 0) return false;
  await correctMended(deps, conversation, events, known);
  await store.acknowledge(conversation, known);
  onStored(conversation, known);
  return true;
};

/** Messages go to the newest segment, changes to where their target stands: the server knows where, if that is not known here. */
const placeOf = async (
  { store, api }: SendDeps,
  event: OutboxEvent | undefined,
  newest: number | null,
): Promise<number> => {
  const target = event?.target ? await store.message(event.target) : null;
  const isElsewhere = event?.target && (target === null || target.segment === null);
  const [known] = isElsewhere ? await askKnown(api, event.conversation, [event.target]) : [];
  const place = known?.segment ?? target?.segment ?? newest;
  if (place === null) throw new EngineError('unavailable', 'the conversation has no open part yet');
  return place;
};

const takeBatch = async (
  deps: SendDeps,
  events: readonly OutboxEvent[],
  limit: { readonly segment: number; readonly newest: number | null; readonly batchSize: number },
): Promise<OutboxEvent[]> => {
  const batch: OutboxEvent[] = [];
  let sizeBytes = 0;
  for (const event of events.slice(0, Math.min(limit.batchSize, LIMITS.batchEvents))) {
    sizeBytes += event.body.length;
    if (batch.length > 0 && sizeBytes > BATCH_BYTES) break;
    if ((await placeOf(deps, event, limit.newest)) !== limit.segment) break;
    batch.push(event);
  }
  return batch;
};

const sendBatch = async (
  deps: SendDeps,
  place: {
    readonly conversation: ConversationId;
    readonly segment: number;
    readonly epoch: number;
    readonly batch: readonly OutboxEvent[];
  },
): Promise<Sent> => {
  const { conversation, segment, epoch, batch } = place;
  const { replica, release } = deps.replicas.segment(conversation, segment);
  try {
    await replica.whenReady();
    const { doc } = replica;
    const log = readLog(doc, deps.signer);
    if (standsInLog(log, batch)) {
      // the server took it and has yet to make it durable, or was killed before it could: then only this copy has it
      await replica.renew();
      throw new EngineError('not-stored', 'taken by the server, not yet durable');
    }
    const made = await signEvents(deps.signer, { segment, epoch, end: logEnd(log) }, batch);
    await deps.store.saveSigned(made);
    const isSame = replica.isReady && replica.doc === doc && readLog(doc, deps.signer).length === log.length;
    if (!isSame) return { type: 'changed' };
    const acknowledged: Promise<PromiseSettledResult<void>>[] = [];
    const outcome = await appendBatch({ timers: deps.timers, replica }, deps.signer, made, (acks) => {
      const kept = deps.store.acknowledge(conversation, acks).then(() => deps.onStored(conversation, acks));
      acknowledged.push(settled(kept));
    });
    for (const result of await Promise.all(acknowledged)) if (result.status === 'rejected') throw result.reason;
    if (outcome.type === 'rejected' || replica.isTainted) await replica.renew();
    // the new link says what time it is
    if (outcome.type === 'rejected' && outcome.message.code === 'clock-ahead') await replica.whenReady();
    return { type: 'answered', batch: made, outcome };
  } finally {
    release();
  }
};

/** A failure is looked at when the whole batch is over: until then nobody may be waiting for it. */
const settled = async (work: Promise<void>): Promise<PromiseSettledResult<void>> => {
  const [result] = await Promise.allSettled([work]);
  return result;
};

const standsInLog = (log: readonly Uint8Array[], batch: readonly OutboxEvent[]): boolean => {
  const ids = new Set(batch.flatMap((event) => (event.signed === null ? [] : [event.eventId])));
  if (ids.size === 0) return false;
  return log.some((bytes) => {
    const decoded = decodeEvent(bytes);
    return decoded.ok && ids.has(decoded.value.header.eventId);
  });
};
