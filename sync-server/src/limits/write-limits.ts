/**
 * What an account may write into a conversation, in events and in bytes. Counted before an update is looked at, accepted
 * or not, so that refused ones cost as much. Whoever comes near a limit is told how much may follow, and is refused only
 * when it does not heed that. [LIM-2]
 */
import { LIMITS } from '@kith/schema/limits';
import type { ServerMessageJson } from '@kith/schema/sync-message';
import type { Limited } from '@kith/schema/wire-error';
import type { PeerSession } from '../live/peer.ts';
import { type CreateWindow, createLimiter, type Use } from './limiter.ts';
import type { Rates } from './rates.ts';

export type SlowDown = Extract<ServerMessageJson, { type: 'slow-down' }>;

export interface WriteUse {
  readonly refused: Limited | null;
  /** Set when a whole batch would not be taken next. */
  readonly slowDown: SlowDown | null;
}

export interface WriteLimits {
  take(session: Pick<PeerSession, 'account' | 'journal' | 'scope'>, events: number, bytes: number): Promise<WriteUse>;
}

const FREE: WriteUse = { refused: null, slowDown: null };
/** An event of the greatest size with what Yjs puts around it. */
const LARGEST_EVENT_BYTES = LIMITS.eventBytes + 1_024;

export const createWriteLimits = (createWindow: CreateWindow, rates: Rates): WriteLimits => {
  const ofEvents = createLimiter(createWindow, 'events', rates.events);
  const ofBytes = createLimiter(createWindow, 'bytes', rates.bytes);

  /** How many more events fit, whatever their size. */
  const slowDown = (byEvents: Use | null, byBytes: Use): SlowDown | null => {
    const isNearBytes = byBytes.room < LIMITS.updateBytes;
    const isNearEvents = byEvents !== null && byEvents.room < LIMITS.batchEvents;
    if (!isNearBytes && !isNearEvents) return null;
    const bytesLater = Math.floor(rates.bytes.steady / LARGEST_EVENT_BYTES);
    const bytesNow = isNearBytes ? Math.floor(byBytes.room / LARGEST_EVENT_BYTES) : LIMITS.batchEvents;
    const now = Math.min(byEvents?.room ?? LIMITS.batchEvents, bytesNow);
    const limit = isNearEvents && byEvents.room <= bytesNow ? 'events' : 'bytes';
    const later = Math.min(rates.events.steady, isNearBytes ? bytesLater : rates.events.steady);
    const retryAfterMs = Math.max(byEvents?.moreAfterMs ?? 0, byBytes.moreAfterMs);
    return { type: 'slow-down', limit, now, later, retryAfterMs };
  };

  return {
    take: async ({ account, journal, scope }, events, bytes) => {
      if (scope === 'bulk') return FREE;
      const key = `${account}/${journal}`;
      const byBytes = await ofBytes.take(key, bytes);
      const byEvents = events === 0 ? null : await ofEvents.take(key, events);
      return {
        refused: refusal('events', byEvents) ?? refusal('bytes', byBytes),
        slowDown: slowDown(byEvents, byBytes),
      };
    },
  };
};

const refusal = (limit: 'events' | 'bytes', use: Use | null): Limited | null =>
  use === null || use.isAllowed ? null : { limit, retryAfterMs: use.retryAfterMs };
