/**
 * Empties the outbox: each conversation by itself, in the order of writing, for as long as there is a connection. [OUT-1]
 *
 *   idle ── woken ──▶ sending ── nothing left ──▶ idle
 *                       │  ▲
 *                 later ▼  │ after a while, or when woken by a new connection
 *                      waiting
 */
import type { ConversationId, EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { WIRE_ERRORS, type WireErrorCode } from '@kith/schema/wire-error';
import { EngineError } from '../engine-api.ts';
import type { EngineLog } from '../engine-deps.ts';
import type { HybridClock } from '../hybrid-clock.ts';
import type { OutboxCommand, OutboxEntry, OutboxEvent } from '../storage/local-store.ts';
import { judgeRefusal } from './refusal-policy.ts';
import { runCommand } from './run-command.ts';
import { type SendDeps, type Sent, sendNext } from './send-events.ts';

export interface Flusher {
  /** There may be something to send, or a new way to send it. */
  wake(): void;
  /** Resolves when nothing is being sent. */
  close(): Promise<void>;
}

export interface FlusherDeps extends SendDeps {
  readonly clock: HybridClock;
  readonly log: EngineLog;
  readonly isOnline: () => boolean;
  /** What is said locally about conversations may be wrong: ask auth. */
  readonly onDoubt: () => void;
}

interface Lane {
  readonly conversation: ConversationId;
  running: Promise<void> | null;
  recoveries: number;
  batchSize: number;
  backoffMs: number;
  cancelRetry: () => void;
}

const FIRST_BACKOFF_MS = 500;
const LAST_BACKOFF_MS = 30_000;
const NEXT_SEGMENT_MS = 100;

export const createFlusher = (deps: FlusherDeps): Flusher => {
  const lanes = new Map<ConversationId, Lane>();
  let isClosed = false;

  const laneOf = (conversation: ConversationId): Lane => {
    const lane = lanes.get(conversation) ?? newLane(conversation);
    lanes.set(conversation, lane);
    return lane;
  };
  const run = async (lane: Lane): Promise<void> => {
    try {
      while (!isClosed && deps.isOnline() && (await step(deps, lane)));
    } catch (error) {
      if (!(error instanceof EngineError)) deps.log('error', 'sending failed', { error: String(error) });
      retryLater(lane, error instanceof EngineError ? error.retryAfterMs : null);
    }
  };
  const start = (lane: Lane): void => {
    lane.cancelRetry();
    lane.running ??= run(lane).finally(() => {
      lane.running = null;
    });
  };
  const retryLater = (lane: Lane, afterMs: number | null): void => {
    if (isClosed) return;
    lane.cancelRetry = deps.timers.after(afterMs ?? lane.backoffMs, () => start(lane));
    lane.backoffMs = Math.min(lane.backoffMs * 2, LAST_BACKOFF_MS);
  };
  const wakeAll = async (): Promise<void> => {
    if (isClosed || !deps.isOnline()) return;
    const entries = await deps.store.outbox();
    for (const conversation of new Set(entries.map((entry) => entry.conversation))) start(laneOf(conversation));
  };

  return {
    wake: () => void wakeAll(),
    close: async () => {
      isClosed = true;
      for (const lane of lanes.values()) lane.cancelRetry();
      await Promise.all([...lanes.values()].map(({ running }) => running));
    },
  };
};

const newLane = (conversation: ConversationId): Lane => ({
  conversation,
  running: null,
  recoveries: 0,
  batchSize: LIMITS.batchEvents,
  backoffMs: FIRST_BACKOFF_MS,
  cancelRetry: () => undefined,
});

/** One command or one batch. False when nothing is left. */
const step = async (deps: FlusherDeps, lane: Lane): Promise<boolean> => {
  const entries = (await deps.store.outbox()).filter(({ conversation }) => conversation === lane.conversation);
  const [first] = entries;
  if (first === undefined) return false;
  if (first.type === 'command') return command(deps, first, entries);
  const events = leadingEvents(entries);
  try {
    const sent = await sendNext(deps, lane.conversation, events, lane.batchSize);
    return sent === null || (await settle(deps, lane, sent));
  } catch (error) {
    if (!(error instanceof EngineError) || !isFinal(error.code)) throw error;
    await quarantine(deps, events, { code: error.code, detail: error.message });
    return true;
  }
};

const leadingEvents = (entries: readonly OutboxEntry[]): OutboxEvent[] => {
  const firstCommand = entries.findIndex(({ type }) => type === 'command');
  const leading = firstCommand < 0 ? entries : entries.slice(0, firstCommand);
  return leading.flatMap((entry) => (entry.type === 'event' ? [entry] : []));
};

const isFinal = (code: EngineError['code']): code is WireErrorCode =>
  code !== 'offline' && code !== 'signed-out' && WIRE_ERRORS[code].retry === 'never';

const command = async (deps: FlusherDeps, first: OutboxCommand, entries: readonly OutboxEntry[]): Promise<boolean> => {
  try {
    await runCommand(deps, first);
  } catch (error) {
    if (!(error instanceof EngineError) || !isFinal(error.code)) throw error;
    deps.log('warn', 'a command was refused', { command: first.command.name, code: error.code });
    // without the conversation its messages have nowhere to go: they are kept with the reason
    const stranded = first.command.name === 'create' ? leadingEvents(entries.slice(1)) : [];
    await quarantine(deps, stranded, { code: error.code, detail: error.message });
    await deps.store.finishCommand(first.position);
    deps.onDoubt();
  }
  return true;
};

/** @throws EngineError when the same is to be tried later */
const settle = async (deps: FlusherDeps, lane: Lane, { batch, outcome }: Sent): Promise<boolean> => {
  if (outcome.type === 'lost') throw new EngineError('offline', 'the connection was lost');
  if (outcome.type === 'stored') {
    Object.assign(lane, { recoveries: 0, batchSize: LIMITS.batchEvents, backoffMs: FIRST_BACKOFF_MS });
    return true;
  }
  const { code, eventIds, detail = null, retryAfterMs = null } = outcome.message;
  const ids = batch.map(({ eventId }) => eventId);
  const verdict = judgeRefusal({ code, named: eventIds, batch: ids, recoveries: lane.recoveries });
  deps.log('info', 'events were refused', { code, events: batch.length, verdict: verdict.type });
  switch (verdict.type) {
    case 'again':
      if (verdict.isCounted) lane.recoveries++;
      if (verdict.newTime) await deps.store.saveSigned(deps.clock.remade(batch));
      // the head that names the next segment is on its way
      if (code === 'segment-closed') throw new EngineError(code, 'the next part is not open yet', NEXT_SEGMENT_MS);
      return true;
    case 'later':
      throw new EngineError(code, detail ?? '', retryAfterMs);
    case 'smaller':
      lane.batchSize = verdict.batchSize;
      return true;
    case 'quarantine':
      await quarantine(deps, ofIds(batch, verdict.eventIds), { code, detail });
      lane.batchSize = LIMITS.batchEvents;
      return true;
  }
};

const ofIds = (batch: readonly OutboxEvent[], ids: readonly EventId[]): OutboxEvent[] =>
  batch.filter(({ eventId }) => ids.includes(eventId));

const quarantine = async (
  { store, clock }: FlusherDeps,
  events: readonly OutboxEvent[],
  reason: { readonly code: WireErrorCode; readonly detail: string | null },
): Promise<void> => {
  const at = clock.now();
  if (events.length > 0) await store.quarantine(events.map((event) => ({ event, ...reason, at })));
};
