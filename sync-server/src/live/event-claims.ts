/**
 * Event ids that are on their way into some document: from before they are looked up until they are stored, or refused.
 * The store knows what is stored, a document what it has; of two conversations that get one event at the same moment
 * neither would know of the other. [GRD-13]
 */
import type { EventId } from '@kith/schema/ids';
import type { DocumentStore } from '../storage/document-store.ts';

export interface EventClaims {
  /** Rejects when the store cannot tell; nothing is claimed then. */
  claim(eventIds: readonly EventId[]): Promise<Claim>;
}

export interface Claim {
  /**
   * Those of the ids that somebody else has: stored already, anywhere, or on their way there; and those that were kept:
   * the same may come twice in one piece. Every device keeps one event under an id, so a second one would hide the first
   * from whoever meets it later.
   */
  readonly taken: ReadonlySet<EventId>;
  /** These are accepted: they stay claimed beyond `release`, until what it returns is called: they are stored. */
  keep(eventIds: readonly EventId[]): () => void;
  /** Gives up what was not kept. */
  release(): void;
}

export const NO_CLAIM: Claim = { taken: new Set(), keep: () => () => {}, release: () => {} };

export const createEventClaims = (store: Pick<DocumentStore, 'taken'>): EventClaims => {
  const claimed = new Set<EventId>();
  const forget = (eventIds: Iterable<EventId>): void => {
    for (const eventId of eventIds) claimed.delete(eventId);
  };
  return {
    claim: async (eventIds) => {
      const contested = eventIds.filter((eventId) => claimed.has(eventId));
      const own = new Set(eventIds.filter((eventId) => !claimed.has(eventId)));
      for (const eventId of own) claimed.add(eventId);
      try {
        const stored = own.size === 0 ? [] : await store.taken([...own]);
        const taken = new Set([...contested, ...stored]);
        return {
          taken,
          keep: (kept) => {
            for (const eventId of kept) {
              own.delete(eventId);
              taken.add(eventId);
            }
            return () => forget(kept);
          },
          release: () => forget(own),
        };
      } catch (cause) {
        forget(own);
        throw cause;
      }
    },
  };
};
