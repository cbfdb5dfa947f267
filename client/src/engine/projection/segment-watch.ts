/** Projects what a segment's document holds: all of it when it becomes ready, then what is added. [PRJ-3] */
import { readLogs } from '@kith/schema/documents/segment';
import type { ConversationId } from '@kith/schema/ids';
import type { Replica } from '../replica/replica.ts';
import type { IncomingEvent } from './incoming-event.ts';
import type { Projector } from './projector.ts';

/** Returns a stop. `failed` is told when the device cannot take what arrived. */
export const watchSegment = (
  projector: Projector,
  place: { readonly conversation: ConversationId; readonly segment: number },
  replica: Replica,
  failed: (error: unknown) => void,
): (() => void) => {
  let doneByLog = new Map<string, number>();
  let isScheduled = false;

  const scan = (): void => {
    isScheduled = false;
    const events = newEvents(place, replica, doneByLog);
    if (events.length > 0) projector.project(events).catch(failed);
  };
  const schedule = (): void => {
    if (isScheduled || !replica.isReady) return;
    isScheduled = true;
    queueMicrotask(scan);
  };
  const stops = [
    replica.onReady(() => {
      doneByLog = new Map();
      schedule();
    }),
    replica.onChange(schedule),
  ];
  if (replica.isReady) schedule();
  return () => {
    for (const stop of stops) stop();
  };
};

/** Every event of a segment that is loaded. */
export const eventsOf = (
  place: { readonly conversation: ConversationId; readonly segment: number },
  replica: Replica,
): IncomingEvent[] => newEvents(place, replica, new Map());

/** A log that became shorter (the server removed something) is read again from its beginning. */
const newEvents = (
  place: { readonly conversation: ConversationId; readonly segment: number },
  { doc }: Replica,
  doneByLog: Map<string, number>,
): IncomingEvent[] =>
  readLogs(doc).flatMap(({ owner, events }) => {
    const log = `${owner.account}/${owner.device}`;
    const done = doneByLog.get(log) ?? 0;
    doneByLog.set(log, events.length);
    return events.slice(events.length < done ? 0 : done).map((bytes) => ({ ...place, ...owner, bytes, arrival: null }));
  });
