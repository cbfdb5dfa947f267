/** What stands in a loaded segment: its events' ids, and the range of its messages' clocks. Read when it is first asked for. */
import { readLogs } from '@kith/schema/documents/segment';
import { decodeEvent } from '@kith/schema/event/event-codec';
import type { EventHeader } from '@kith/schema/event/event-header';
import type { Hlc } from '@kith/schema/hlc';
import type { EventId } from '@kith/schema/ids';
import type * as Y from 'yjs';

type EventFacts = Pick<EventHeader, 'eventId' | 'target' | 'time'>;

/** How many, and from when to when. */
export interface SegmentSpan {
  readonly events: number;
  /** Of events that stand in the timeline by themselves; null while there are none. */
  readonly firstTime: Hlc | null;
  readonly lastTime: Hlc | null;
}

export interface SegmentContents {
  has(eventId: EventId): boolean;
  span(): SegmentSpan;
  /** Of an event that the document has by now. */
  add(event: EventFacts): void;
  /** After the document got what was not added here. */
  readAgain(): void;
}

/** Cost of the first question, and of the first after `readAgain`: O(events), a few microseconds each. */
export const createSegmentContents = (doc: Y.Doc): SegmentContents => {
  let facts: Facts | null = null;
  const read = (): Facts => {
    facts ??= readFacts(doc);
    return facts;
  };
  return {
    has: (eventId) => read().eventIds.has(eventId),
    span: () => {
      const { eventIds, firstTime, lastTime } = read();
      return { events: eventIds.size, firstTime, lastTime };
    },
    add: (event) => {
      if (facts !== null) addFacts(facts, event);
    },
    readAgain: () => {
      facts = null;
    },
  };
};

interface Facts {
  readonly eventIds: Set<EventId>;
  firstTime: Hlc | null;
  lastTime: Hlc | null;
}

const readFacts = (doc: Y.Doc): Facts => {
  const facts: Facts = { eventIds: new Set(), firstTime: null, lastTime: null };
  for (const { events } of readLogs(doc)) {
    for (const bytes of events) {
      const event = decodeEvent(bytes);
      if (event.ok) addFacts(facts, event.value.header);
    }
  }
  return facts;
};

const addFacts = (facts: Facts, { eventId, target, time }: EventFacts): void => {
  facts.eventIds.add(eventId);
  if (target !== null) return;
  if (facts.firstTime === null || time < facts.firstTime) facts.firstTime = time;
  if (facts.lastTime === null || time > facts.lastTime) facts.lastTime = time;
};
