/** Puts signed events into a segment's document and waits for the server's word on each. [OUT-4] */
import { appendEvents, type LogOwner } from '@kith/schema/documents/segment';
import type { EventId } from '@kith/schema/ids';
import type { ServerMessage } from '@kith/schema/sync-message';
import type { Replica } from '../replica/replica.ts';
import type { SignedEvent } from './sign-events.ts';

type Rejected = Extract<ServerMessage, { type: 'rejected' }>;

export type AppendOutcome =
  | { readonly type: 'stored' }
  | { readonly type: 'rejected'; readonly message: Rejected }
  /** The link ended: what became of the events is known to the server only. */
  | { readonly type: 'lost' };

/** `replica` is ready. `stored` is told of every acknowledgement, also when others never come. */
export const appendBatch = (
  replica: Replica,
  owner: LogOwner,
  events: readonly SignedEvent[],
  stored: (acks: readonly { readonly eventId: EventId; readonly arrival: number }[]) => void,
): Promise<AppendOutcome> =>
  new Promise((resolve) => {
    const waiting = new Set(events.map(({ eventId }) => eventId));
    const finish = (outcome: AppendOutcome): void => {
      for (const stop of stops) stop();
      resolve(outcome);
    };
    const take = (message: ServerMessage): void => {
      if (message.type === 'rejected') return finish({ type: 'rejected', message });
      if (message.type !== 'stored') return;
      const acks = message.events.flatMap(([eventId, arrival]) =>
        waiting.delete(eventId) ? [{ eventId, arrival }] : [],
      );
      if (acks.length > 0) stored(acks);
      if (waiting.size > 0) return;
      replica.isTainted = false;
      finish({ type: 'stored' });
    };
    const stops = [replica.onMessage(take), replica.onLost(() => finish({ type: 'lost' }))];
    replica.isTainted = true;
    appendEvents(
      replica.doc,
      owner,
      events.map(({ signed }) => signed.bytes),
    );
  });
