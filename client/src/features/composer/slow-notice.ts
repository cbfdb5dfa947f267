/** What is said while the server takes no more yet. Pure. [LIM-5] */
import type { ConversationId } from '@kith/schema/ids';
import type { EngineStatus } from '../../engine/engine-api.ts';

/** When what waits in this conversation goes on; null when nothing waits for that, or there is no connection anyway. */
export const slowedUntil = (status: EngineStatus | undefined, id: ConversationId): number | null => {
  if (status?.connection !== 'online') return null;
  return status.slowed.find(({ conversation }) => conversation === id)?.untilMs ?? null;
};

const MINUTE_S = 60;

/** At least a second: it goes away when it went on, not when it should have. */
export const slowNotice = (untilMs: number, nowMs: number, format: (value: number) => string): string => {
  const seconds = Math.max(1, Math.ceil((untilMs - nowMs) / 1_000));
  const rest = seconds < 2 * MINUTE_S ? `${format(seconds)} s` : `${format(Math.ceil(seconds / MINUTE_S))} min`;
  return `Slow down: you can send again in ${rest}`;
};

/** Said once to those who listen: a number that is read out every second would be no help. */
export const SLOW_SENTENCE = 'Slow down: what you wrote waits a little and is then sent.';
