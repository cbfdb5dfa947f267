/**
 * This device's hybrid time, corrected by the server's clock where it is known. Times given out are kept by the store,
 * which moves them forward with each send. [ENG-5]
 */
import { type Hlc, msToHlc, observeHlc, tickHlc } from '@kith/schema/hlc';
import type { ConversationId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import type { LocalStore, OutboxEvent } from './storage/local-store.ts';

export interface HybridClock {
  /** ms since 1970, as the server would say. */
  now(): number;
  /** Told by the server on each attachment. */
  correct(serverTimeMs: number): void;
  /** For a new event: later than everything given out, and than the newest message of its conversation. */
  tick(conversation: ConversationId): Promise<Hlc>;
  /** Events whose times were ahead of the server's, at the server's time now, still in order. */
  remade(events: readonly OutboxEvent[]): OutboxEvent[];
}

/** Differences below this are the network's. */
const TOLERANCE_MS = 2_000;

export const createHybridClock = (deps: {
  readonly store: LocalStore;
  readonly clock: { now(): number };
}): HybridClock => {
  let offsetMs = 0;
  const now = (): number => deps.clock.now() + offsetMs;
  return {
    now,
    correct: (serverTimeMs) => {
      const difference = serverTimeMs - deps.clock.now();
      offsetMs = Math.abs(difference) < TOLERANCE_MS ? 0 : difference;
    },
    tick: async (conversation) => {
      const [given, [newest]] = await Promise.all([deps.store.clock(), deps.store.timeline(conversation, null, 1)]);
      const seen = newest === undefined ? given : observeHlc(given, newest.time, now(), LIMITS.clockAheadMs);
      // a clock that was once set ahead is not followed for ever
      const isRunaway = seen > msToHlc(now() + LIMITS.clockAheadMs);
      return tickHlc(isRunaway ? (0 as Hlc) : seen, now());
    },
    remade: (events) => events.map((event, i) => ({ ...event, time: (msToHlc(now()) + i) as Hlc, signed: null })),
  };
};
