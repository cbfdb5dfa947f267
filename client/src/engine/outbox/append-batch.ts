/** Puts signed events into a segment's document and waits for the server's word on each. [OUT-4] [LIM-2] */
import { appendEvents, type LogOwner } from '@kith/schema/documents/segment';
import type { EventId } from '@kith/schema/ids';
import type { ServerMessage } from '@kith/schema/sync-message';
import type { Timers } from '../engine-deps.ts';
import type { Replica } from '../replica/replica.ts';
import type { SignedEvent } from './sign-events.ts';

type Rejected = Extract<ServerMessage, { type: 'rejected' }>;

export type SlowDown = Extract<ServerMessage, { type: 'slow-down' }>;

/** With what the server said about how much may follow; null where it sets no bounds. */
export type AppendOutcome =
  | { readonly type: 'stored'; readonly slowDown: SlowDown | null }
  | { readonly type: 'rejected'; readonly message: Rejected; readonly slowDown: SlowDown | null }
  /** The link ended, or the server says nothing: what became of the events is known to it only. */
  | { readonly type: 'lost' };

/** Far beyond what storing takes, unless the server says that it cannot store. */
const ANSWER_MS = 30_000;

/** `replica` is ready. `stored` is told of every acknowledgement, also when others never come. */
export const appendBatch = (
  { timers, replica }: { readonly timers: Timers; readonly replica: Replica },
  owner: LogOwner,
  events: readonly SignedEvent[],
  stored: (acks: readonly { readonly eventId: EventId; readonly arrival: number }[]) => void,
): Promise<AppendOutcome> =>
  new Promise((resolve) => {
    let slowDown: SlowDown | null = null;
    const waiting = new Set(events.map(({ eventId }) => eventId));
    const finish = (outcome: AppendOutcome): void => {
      for (const stop of stops) stop();
      resolve(outcome);
    };
    const takeStored = (message: Extract<ServerMessage, { type: 'stored' }>): void => {
      const acks = message.events.flatMap(([eventId, arrival]) =>
        waiting.delete(eventId) ? [{ eventId, arrival }] : [],
      );
      if (acks.length > 0) stored(acks);
      if (waiting.size > 0) return;
      replica.isTainted = false;
      finish({ type: 'stored', slowDown });
    };
    const stops = [
      replica.onLost(() => finish({ type: 'lost' })),
      timers.after(ANSWER_MS, () => finish({ type: 'lost' })),
      replica.onMessage((message) => {
        if (message.type === 'slow-down') slowDown = message;
        else if (message.type === 'rejected') finish({ type: 'rejected', message, slowDown });
        else if (message.type === 'stored') takeStored(message);
      }),
    ];
    replica.isTainted = true;
    appendEvents(
      replica.doc,
      owner,
      events.map(({ signed }) => signed.bytes),
    );
  });
