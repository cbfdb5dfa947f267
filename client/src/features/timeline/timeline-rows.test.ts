import type { EventId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import type { TimelineItem } from '../../engine/views.ts';
import { createTimeFormat } from '../../ui/format-time.ts';
import { START_MS, sampleItem } from '../../ui/test/sample-items.ts';
import { timelineRows } from './timeline-rows.ts';

const { dayKey } = createTimeFormat('en-GB', 'UTC');
const rowsOf = (items: readonly TimelineItem[], newFrom: string | null = null) =>
  timelineRows(items, { newFrom: newFrom as EventId | null, dayKey });
const groupsOf = (items: readonly TimelineItem[], newFrom: string | null = null) =>
  rowsOf(items, newFrom)
    .map(
      ({ item, startsGroup, endsGroup }) => `${startsGroup ? '[' : ''}${item.message.eventId}${endsGroup ? ']' : ''}`,
    )
    .join(' ');

test('[UI-15] messages of one author less than five minutes apart are one group', () => {
  const items = [
    sampleItem({ id: 'a', minute: 0 }),
    sampleItem({ id: 'b', minute: 4 }),
    sampleItem({ id: 'c', minute: 8.9 }),
    sampleItem({ id: 'd', minute: 13.9 }),
    sampleItem({ id: 'e', minute: 14, by: 'jon' }),
  ];
  expect(groupsOf(items)).toBe('[a b c] [d] [e]');
});

test('[UI-15] a new day and the "New" line begin a group, above the row that they belong to', () => {
  const midnight = 15 * 60;
  const items = [
    sampleItem({ id: 'a', minute: midnight - 1 }),
    sampleItem({ id: 'b', minute: midnight + 1 }),
    sampleItem({ id: 'c', minute: midnight + 2 }),
  ];
  expect(groupsOf(items, 'c')).toBe('[a] [b] [c]');
  expect(rowsOf(items, 'c').map(({ startsDay }) => startsDay)).toEqual([true, true, false]);
  expect(rowsOf(items, 'c').map(({ startsNew }) => startsNew)).toEqual([false, false, true]);
  expect(rowsOf(items)).toHaveLength(items.length);
});

test('[UI-15] imported messages are grouped by their own author and time, and are not on the own side', () => {
  const by = (author: string, minute: number) => ({ author, at: START_MS - 1e9 + minute * 60_000 });
  const items = [
    sampleItem({ id: 'a', own: true, imported: by('guru', 0) }),
    sampleItem({ id: 'b', own: true, imported: by('guru', 1) }),
    sampleItem({ id: 'c', own: true, imported: by('other', 1) }),
    sampleItem({ id: 'd', own: true, minute: 1 }),
  ];
  expect(groupsOf(items)).toBe('[a b] [c] [d]');
  expect(rowsOf(items).map(({ ownSide }) => ownSide)).toEqual([false, false, false, true]);
  expect(rowsOf(items)[0]?.saidAt).toBe(START_MS - 1e9);
});

test('[UI-15] a message that was said before the one above it does not join its group', () => {
  expect(groupsOf([sampleItem({ id: 'a', minute: 3 }), sampleItem({ id: 'b', minute: 1 })])).toBe('[a] [b]');
  expect(rowsOf([])).toEqual([]);
});
