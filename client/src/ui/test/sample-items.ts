/** Timeline items for tests: short ids, times in minutes. */
import type { Imported } from '@kith/schema/event/event-body';
import { msToHlc } from '@kith/schema/hlc';
import type { AccountId, DeviceId, EventId } from '@kith/schema/ids';
import type { TimelineItem } from '../../engine/views.ts';

export const START_MS = Date.UTC(2026, 10, 21, 9, 0);

export interface SampleItem {
  readonly id: string;
  readonly by?: string;
  readonly minute?: number;
  readonly own?: boolean;
  readonly imported?: Imported;
  readonly text?: string;
}

export const sampleItem = ({
  id,
  by = 'mara',
  minute = 0,
  own = false,
  imported,
  text = 'hello',
}: SampleItem): TimelineItem => ({
  message: {
    eventId: id as EventId,
    account: by as AccountId,
    device: 'device' as DeviceId,
    time: msToHlc(START_MS + minute * 60_000),
    state: 'shown',
    text,
    replyTo: null,
    imported: imported ?? null,
    editedAt: null,
    reactions: [],
  },
  author: imported?.author ?? by,
  own,
  tick: own ? 'stored' : null,
  refused: null,
  arrival: 1,
});

export const sampleItems = (...ids: readonly string[]): TimelineItem[] =>
  ids.map((id, minute) => sampleItem({ id, minute }));
