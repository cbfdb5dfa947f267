/** One step of sending what waits in one conversation: a command or a batch, and what becomes of it. [OUT-5] [OUT-6] */
import type { ConversationId, EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { WIRE_ERRORS, type WireErrorCode } from '@kith/schema/wire-error';
import { leftRow } from '../conversations/conversation-rows.ts';
import { EngineError } from '../engine-api.ts';
import type { EngineLog } from '../engine-deps.ts';
import type { HybridClock } from '../hybrid-clock.ts';
import type { OutboxCommand, OutboxEntry, OutboxEvent } from '../storage/local-store.ts';
import { allowedNow, type Pace, paceOf, unsure } from './pace.ts';
import { judgeRefusal } from './refusal-policy.ts';
import { runCommand } from './run-command.ts';
import { type Answered, type SendDeps, sendNext } from './send-events.ts';

export interface LaneDeps extends SendDeps {
  readonly clock: HybridClock;
  readonly log: EngineLog;
  /** What is said locally about conversations may be wrong: ask auth. */
  readonly onDoubt: () => void;
}

/** What is remembered from one step to the next. */
export interface Lane {
  readonly conversation: ConversationId;
  /** In a row: anything that goes well, or is given up, begins anew. */
  recoveries: number;
  batchSize: number;
  backoffMs: number;
  /** What the server last said about how much may follow. [LIM-2] */
  pace: Pace | null;
}

const FIRST_BACKOFF_MS = 500;
export const LAST_BACKOFF_MS = 30_000;
const NEXT_SEGMENT_MS = 100;

export const createLane = (conversation: ConversationId): Lane => ({ conversation, pace: null, ...UNTROUBLED });

const UNTROUBLED = { recoveries: 0, batchSize: LIMITS.batchEvents, backoffMs: FIRST_BACKOFF_MS };

/** False when nothing is left. @throws EngineError when the same is to be tried later */
export const laneStep = async (deps: LaneDeps, lane: Lane): Promise<boolean> => {
  const entries = await entriesOf(deps, lane);
  const [first] = entries;
  if (first === undefined) return false;
  if (first.type === 'command') {
    await command(deps, first, entries.slice(1));
    return true;
  }
  const events = leadingEvents(entries);
  const most = allowedNow(lane.pace, deps.clock.now());
  try {
    const sent = await sendNext(deps, lane.conversation, events, Math.min(lane.batchSize, most));
    if (sent.type === 'settled') Object.assign(lane, UNTROUBLED);
    if (sent.type === 'answered') await settle(deps, lane, sent);
  } catch (error) {
    if (!(error instanceof EngineError) || !isFinal(error.code)) throw error;
    await quarantine(deps, events, { code: error.code, detail: error.message });
  }
  return true;
};

const entriesOf = async ({ store }: LaneDeps, lane: Lane): Promise<readonly OutboxEntry[]> =>
  (await store.outbox()).filter(({ conversation }) => conversation === lane.conversation);

const leadingEvents = (entries: readonly OutboxEntry[]): OutboxEvent[] => {
  const firstCommand = entries.findIndex(({ type }) => type === 'command');
  return (firstCommand < 0 ? entries : entries.slice(0, firstCommand)).flatMap(asEvent);
};

const asEvent = (entry: OutboxEntry): OutboxEvent[] => (entry.type === 'event' ? [entry] : []);

/** A word about this very thing. What is about the app or its address may be another one after the next start. */
const isFinal = (code: EngineError['code']): code is WireErrorCode =>
  code !== 'offline' && code !== 'signed-out' && WIRE_ERRORS[code].retry === 'never' && !ABOUT_APP.has(code);

const ABOUT_APP: ReadonlySet<WireErrorCode> = new Set(['protocol-version', 'foreign-origin']);

const command = async (deps: LaneDeps, first: OutboxCommand, later: readonly OutboxEntry[]): Promise<void> => {
  try {
    await runCommand(
      deps,
      first,
      new Set(later.flatMap((entry) => (entry.type === 'command' ? [entry.command.name] : []))),
    );
  } catch (error) {
    if (!(error instanceof EngineError) || !isFinal(error.code)) throw error;
    deps.log('warn', 'a command was refused', { command: first.command.name, code: error.code });
    if (first.command.name === 'create') {
      // nothing more can be said in it, and what was said has nowhere to go: kept with the reason
      await deps.store.updateConversation(first.conversation, leftRow);
      await quarantine(deps, leadingEvents(later), { code: error.code, detail: error.message });
    }
    const { position, conversation, command } = first;
    await deps.store.refuseCommand({ position, conversation, command, code: error.code, at: deps.clock.now() });
    deps.onDoubt();
  }
};

/** @throws EngineError when the same is to be tried later */
const settle = async (deps: LaneDeps, lane: Lane, { batch, outcome }: Answered): Promise<void> => {
  const now = deps.clock.now();
  lane.pace = outcome.type === 'lost' ? unsure(lane.pace, now) : paceOf(outcome.slowDown, now);
  if (outcome.type === 'lost') throw new EngineError('offline', 'the connection was lost');
  if (outcome.type === 'stored') {
    Object.assign(lane, UNTROUBLED);
    return;
  }
  const { code, eventIds, detail = null, retryAfterMs = null } = outcome.message;
  const ids = batch.map(({ eventId }) => eventId);
  const verdict = judgeRefusal({ code, named: eventIds, batch: ids, recoveries: lane.recoveries });
  deps.log('info', 'events were refused', { code, events: batch.length, verdict: verdict.type });
  switch (verdict.type) {
    case 'again':
      if (verdict.isCounted) lane.recoveries++;
      if (verdict.newTime) await makeTimesAnew(deps, lane);
      // the head that names the next segment is on its way; a clock that stays wrong is not asked in a loop
      if (!verdict.isCounted)
        throw new EngineError(code, detail ?? '', code === 'segment-closed' ? NEXT_SEGMENT_MS : null);
      return;
    case 'later':
      // a smaller batch may go sooner than the same one
      throw new EngineError(code, detail ?? '', outcome.slowDown?.retryAfterMs ?? retryAfterMs);
    case 'smaller':
      lane.batchSize = verdict.batchSize;
      return;
    case 'quarantine':
      await quarantine(deps, ofIds(batch, verdict.eventIds), { code, detail });
      Object.assign(lane, UNTROUBLED);
  }
};

/** All that wait at once, so that they stay in their order. */
const makeTimesAnew = async (deps: LaneDeps, lane: Lane): Promise<void> => {
  const waiting = (await entriesOf(deps, lane)).flatMap(asEvent);
  await deps.store.saveSigned(await deps.clock.remade(lane.conversation, waiting));
};

const ofIds = (batch: readonly OutboxEvent[], ids: readonly EventId[]): OutboxEvent[] =>
  batch.filter(({ eventId }) => ids.includes(eventId));

const quarantine = async (
  { store, clock }: LaneDeps,
  events: readonly OutboxEvent[],
  reason: { readonly code: WireErrorCode; readonly detail: string | null },
): Promise<void> => {
  const at = clock.now();
  if (events.length > 0) await store.quarantine(events.map((event) => ({ event, ...reason, at })));
};
