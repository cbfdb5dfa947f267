/**
 * Event ids that are on their way into some document: from before they are looked up until they are stored, or their
 * update is refused. The store knows what is stored, a document what it has; of two conversations that get the same
 * event at once neither would know of the other. [GRD-13]
 */
import type { EventId } from '@kith/schema/ids';

export interface EventClaims {
  /** Claims those of the ids that nobody has claimed. */
  claim(eventIds: readonly EventId[]): Claim;
}

export interface Claim {
  readonly eventIds: readonly EventId[];
  /** On their way already, by another update. */
  readonly contested: ReadonlySet<EventId>;
  /** These are accepted: they stay claimed beyond `release`, until the returned function says that they are stored. */
  keep(eventIds: readonly EventId[]): () => void;
  /** Gives up what was not kept. */
  release(): void;
}

export const createEventClaims = (): EventClaims => {
  const claimed = new Set<EventId>();
  const forget = (eventIds: Iterable<EventId>): void => {
    for (const eventId of eventIds) claimed.delete(eventId);
  };
  return {
    claim: (eventIds) => {
      const contested = new Set(eventIds.filter((eventId) => claimed.has(eventId)));
      const own = new Set(eventIds.filter((eventId) => !contested.has(eventId)));
      for (const eventId of own) claimed.add(eventId);
      return {
        eventIds,
        contested,
        keep: (kept) => {
          for (const eventId of kept) own.delete(eventId);
          return () => forget(kept);
        },
        release: () => forget(own),
      };
    },
  };
};
