/**
 * This device's hybrid time, corrected by the server's clock where it is known. Times given out are kept by the store,
 * which moves them forward with each send. [ENG-5]
 */
import { HLC_ZERO, type Hlc, observeHlc, tickHlc } from '@kith/schema/hlc';
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
  /** A conversation's events whose times were ahead of the server's: dated now, still in order, to be signed anew. */
  remade(conversation: ConversationId, events: readonly OutboxEvent[]): Promise<OutboxEvent[]>;
}

/** Differences below this are the network's. */
const TOLERANCE_MS = 2_000;

export const createHybridClock = (deps: {
  readonly store: LocalStore;
  readonly clock: { now(): number };
}): HybridClock => {
  let offsetMs = 0;
  /** By this instance. The store's clock alone does not do: once it ran ahead it says nothing about what came after. */
  let given: Hlc = HLC_ZERO;
  const now = (): number => deps.clock.now() + offsetMs;
  const tick = async (conversation: ConversationId, count = 1): Promise<Hlc> => {
    const [stored, [newest]] = await Promise.all([deps.store.clock(), deps.store.timeline(conversation, null, 1)]);
    // a clock that was once set ahead is not followed for ever
    const observe = (last: Hlc, time: Hlc): Hlc => observeHlc(last, time, now(), LIMITS.clockAheadMs);
    const first = tickHlc([given, stored, newest?.time ?? HLC_ZERO].reduce(observe, HLC_ZERO), now());
    given = (first + count - 1) as Hlc;
    return first;
  };
  return {
    now,
    correct: (serverTimeMs) => {
      const difference = serverTimeMs - deps.clock.now();
      offsetMs = Math.abs(difference) < TOLERANCE_MS ? 0 : difference;
    },
    tick: (conversation) => tick(conversation),
    remade: async (conversation, events) => {
      const first = await tick(conversation, events.length);
      return events.map((event, i) => ({ ...event, time: (first + i) as Hlc, signed: null }));
    },
  };
};
