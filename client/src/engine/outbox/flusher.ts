/**
 * Empties the outbox: each conversation by itself, in the order of writing, for as long as there is a connection. What
 * one step does is in `lane-step.ts`. [OUT-1]
 *
 *   idle ── woken ──▶ sending ── nothing left ──▶ idle
 *                       │  ▲
 *                 later ▼  │ after a while, or when woken
 *                      waiting
 *
 * Where the server said how long to wait, that is waited for, however often it is woken meanwhile. [LIM-2]
 */
import type { ConversationId } from '@kith/schema/ids';
import { EngineError, type SlowedConversation } from '../engine-api.ts';
import { createLane, LAST_BACKOFF_MS, type Lane, type LaneDeps, laneStep } from './lane-step.ts';
import { waited } from './pace.ts';

export interface Flusher {
  /** There may be something to send, or a new way to send it. */
  wake(): void;
  /** Resolves when nothing is being sent. */
  close(): Promise<void>;
}

export interface FlusherDeps extends LaneDeps {
  readonly isOnline: () => boolean;
  /** This device's time. */
  readonly now: () => number;
  /** All that wait as the server said, with the times at which they go on by themselves. */
  readonly onSlowed: (slowed: readonly SlowedConversation[]) => void;
}

interface RunningLane {
  readonly lane: Lane;
  running: Promise<void> | null;
  /** Something may have been written since the outbox was last looked at. */
  isWoken: boolean;
  /** As the server said: not before its timer has run out. */
  isHeld: boolean;
  /** Kept from one wait to the next, so that whoever looks at it sees one. */
  slowedUntilMs: number | null;
  cancelRetry: () => void;
}

const createRunningLane = (conversation: ConversationId): RunningLane => ({
  lane: createLane(conversation),
  running: null,
  isWoken: false,
  isHeld: false,
  slowedUntilMs: null,
  cancelRetry: () => undefined,
});

const asSlowed = ({ lane: { conversation }, slowedUntilMs: untilMs }: RunningLane): SlowedConversation[] =>
  untilMs === null ? [] : [{ conversation, untilMs }];

export const createFlusher = (deps: FlusherDeps): Flusher => {
  const lanes = new Map<ConversationId, RunningLane>();
  let isClosed = false;

  const laneOf = (conversation: ConversationId): RunningLane => {
    const known = lanes.get(conversation);
    if (known !== undefined) return known;
    const made = createRunningLane(conversation);
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
      setSlowed(current, null);
    } catch (error) {
      if (!(error instanceof EngineError)) deps.log('error', 'sending failed', { error: String(error) });
      retryLater(current, error);
    } finally {
      // in the same turn as the last look at `isWoken`: nobody can wake it in between and be missed
      current.running = null;
    }
  };
  const start = (current: RunningLane): void => {
    if (current.isHeld) return;
    current.cancelRetry();
    current.isWoken = true;
    // not at once: `run` may end before it would stand here
    current.running ??= Promise.resolve().then(() => run(current));
  };
  const setSlowed = (current: RunningLane, untilMs: number | null): void => {
    if (current.slowedUntilMs === untilMs) return;
    current.slowedUntilMs = untilMs;
    deps.onSlowed([...lanes.values()].flatMap(asSlowed));
  };
  const retryLater = (current: RunningLane, error: unknown): void => {
    if (isClosed) return;
    const told = error instanceof EngineError ? error.retryAfterMs : null;
    if (told !== null && error instanceof EngineError && error.code === 'rate-limited') hold(current, told);
    else {
      setSlowed(current, null);
      const { lane } = current;
      current.cancelRetry = deps.timers.after(told ?? lane.backoffMs, () => {
        // only what was waited for in vain is waited for longer: others may wake it many times meanwhile
        lane.backoffMs = Math.min(lane.backoffMs * 2, LAST_BACKOFF_MS);
        start(current);
      });
    }
  };
  const hold = (current: RunningLane, ms: number): void => {
    current.isHeld = true;
    setSlowed(current, deps.now() + ms);
    current.cancelRetry = deps.timers.after(ms, () => {
      current.isHeld = false;
      current.lane.pace = waited(current.lane.pace);
      start(current);
    });
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
      for (const current of lanes.values()) {
        current.cancelRetry();
        setSlowed(current, null);
      }
      await Promise.all([...lanes.values()].map(({ running }) => running));
    },
  };
};
