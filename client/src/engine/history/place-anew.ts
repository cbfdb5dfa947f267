/** Where events that are here stand on the server now: another arrival, and with it perhaps another segment. [ENG-12] */
import type { ConversationId, EventId } from '@kith/schema/ids';
import type { Projector } from '../projection/projector.ts';
import type { LocalStore, MessageRow } from '../storage/local-store.ts';

/** Both null: the server does not have it. */
export interface Place {
  readonly eventId: EventId;
  readonly arrival: number | null;
  readonly segment: number | null;
}

export const placeAnew = async (
  { store, projector }: { readonly store: LocalStore; readonly projector: Projector },
  conversation: ConversationId,
  places: readonly Place[],
): Promise<void> => {
  if (places.length === 0) return;
  await store.setArrivals(conversation, places);
  await projector.exclusive(async () => {
    const moved: MessageRow[] = [];
    for (const { eventId, segment } of places) {
      const row = await store.message(eventId);
      if (row?.conversation === conversation && row.segment !== segment) moved.push({ ...row, segment });
    }
    if (moved.length > 0) await store.project({ messages: moved, changes: [] });
  });
};
