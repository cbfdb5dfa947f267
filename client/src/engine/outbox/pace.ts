/** How much of a conversation's outbox may go now, as the server said it. Pure. [LIM-2] */
import { LIMITS } from '@kith/schema/limits';
import { EngineError } from '../engine-api.ts';
import type { SlowDown } from './append-batch.ts';

export interface Pace extends SlowDown {
  /** When `later` more may go. */
  readonly untilMs: number;
}

export const paceOf = (slowDown: SlowDown | null, nowMs: number): Pace | null =>
  slowDown === null ? null : { ...slowDown, untilMs: nowMs + slowDown.retryAfterMs };

/** A batch was lost: it may have counted. */
export const unsure = (pace: Pace | null, nowMs: number): Pace | null =>
  pace === null ? null : { ...pace, now: 0, untilMs: nowMs + pace.retryAfterMs };

/** The time was waited for, whatever the clock says. */
export const waited = (pace: Pace | null): Pace | null =>
  pace === null ? null : { ...pace, now: Math.max(pace.now, pace.later, 1) };

/** Events in the next batch. @throws EngineError with the time to wait when it is none */
export const allowedNow = (pace: Pace | null, nowMs: number): number => {
  if (pace === null) return LIMITS.batchEvents;
  if (nowMs >= pace.untilMs) return Math.max(pace.now, pace.later, 1);
  if (pace.now > 0) return pace.now;
  throw new EngineError('rate-limited', pace.limit, Math.min(pace.untilMs - nowMs, pace.retryAfterMs));
};
