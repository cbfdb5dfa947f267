/** What the header of an event of a kind must look like. The server sees headers only; bodies are the folds' matter. */
import type { EventHeader } from '../event/event-header.ts';
import { type EventKind, eventKind } from '../event/event-kind.ts';
import { hlcToMs } from '../hlc.ts';
import { LIMITS } from '../limits.ts';

const HAS_TARGET: Record<EventKind, boolean> = { message: false, edit: true, delete: true, reaction: true };

export type EventFault = 'event-target' | 'clock-ahead' | 'event-epoch';

/**
 * Null when the header may stand. Unknown kinds pass: a newer client's events are stored and shown as newer. [POL-2]
 * `currentEpoch` is the newest epoch; naming a later one is a lie.
 */
export const eventFault = (header: EventHeader, at: { nowMs: number; currentEpoch: number }): EventFault | null => {
  const kind = eventKind(header.kind);
  if (kind !== null && HAS_TARGET[kind] !== (header.target !== null)) return 'event-target';
  if (hlcToMs(header.time) > at.nowMs + LIMITS.clockAheadMs) return 'clock-ahead';
  if (header.epoch > at.currentEpoch) return 'event-epoch';
  return null;
};
