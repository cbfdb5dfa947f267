/**
 * Empties the outbox: each conversation by itself, in the order of writing, for as long as there is a connection. What
 * one step does is in `lane-step.ts`. [OUT-1]
 *
 *   idle ── woken ──▶ sending ── nothing left ──▶ idle
 *                       │  ▲
 *                 later ▼  │ after a while, or when woken
 *                      waiting
 */
import type { ConversationId } from '@kith/schema/ids';
import { EngineError } from '../engine-api.ts';
import { createLane, LAST_BACKOFF_MS, type Lane, type LaneDeps, laneStep } from './lane-step.ts';

export interface Flusher {
  /** There may be something to send, or a new way to send it. */
  wake(): void;
  /** Resolves when nothing is being sent. */
  close(): Promise<void>;
}

export interface FlusherDeps extends LaneDeps {
  readonly isOnline: () => boolean;
}

interface RunningLane {
  readonly lane: Lane;
  running: Promise<void> | null;
  /** Something may have been written since the outbox was last looked at. */
  isWoken: boolean;
  cancelRetry: () => void;
}

export const createFlusher = (deps: FlusherDeps): Flusher => {
  const lanes = new Map<ConversationId, RunningLane>();
  let isClosed = false;

  const laneOf = (conversation: ConversationId): RunningLane => {
    const known = lanes.get(conversation);
    if (known !== undefined) return known;
    const made = { lane: createLane(conversation), running: null, isWoken: false, cancelRetry: () => undefined };
    lanes.set(conversation, made);
    return made;
  };
  const canSend = (): boolean => !isClosed && deps.isOnline();
  const run = async (current: RunningLane): Promise<void> => {
    try {
      while (current.isWoken && canSend()) {
        current.isWoken = false;
        while (canSend() && (await laneStep(deps, current.lane)));
      }
    } catch (error) {
      if (!(error instanceof EngineError)) deps.log('error', 'sending failed', { error: String(error) });
      retryLater(current, error instanceof EngineError ? error.retryAfterMs : null);
    } finally {
      // in the same turn as the last look at `isWoken`: nobody can wake it in between and be missed
      current.running = null;
    }
  };
  const start = (current: RunningLane): void => {
    current.cancelRetry();
    current.isWoken = true;
    // not at once: `run` may end before it would stand here
    current.running ??= Promise.resolve().then(() => run(current));
  };
  const retryLater = (current: RunningLane, afterMs: number | null): void => {
    if (isClosed) return;
    const { lane } = current;
    current.cancelRetry = deps.timers.after(afterMs ?? lane.backoffMs, () => start(current));
    lane.backoffMs = Math.min(lane.backoffMs * 2, LAST_BACKOFF_MS);
  };
  const wakeAll = async (): Promise<void> => {
    if (!canSend()) return;
    const entries = await deps.store.outbox();
    for (const conversation of new Set(entries.map((entry) => entry.conversation))) start(laneOf(conversation));
  };

  return {
    wake: () =>
      void wakeAll().catch((error: unknown) => {
        // whatever is written or connected next wakes it again
        deps.log('error', 'the outbox could not be read', { error: String(error) });
      }),
    close: async () => {
      isClosed = true;
      for (const { cancelRetry } of lanes.values()) cancelRetry();
      await Promise.all([...lanes.values()].map(({ running }) => running));
    },
  };
};
