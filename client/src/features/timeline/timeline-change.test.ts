import { expect, test } from 'vitest';
import { sampleItem, sampleItems } from '../../ui/test/sample-items.ts';
import { announcement, nextShown, timelineChange } from './timeline-change.ts';

const change = (before: string, after: string) => {
  const { prepended, appended, late } = timelineChange(sampleItems(...before), sampleItems(...after));
  return [
    prepended,
    appended.map(({ message }) => message.eventId).join(''),
    late.map(({ message }) => message.eventId).join(''),
  ];
};

test('[UI-16] what was added above, below and in between is told apart', () => {
  expect(change('cd', 'abcd')).toEqual([2, '', '']);
  expect(change('ab', 'abcd')).toEqual([0, 'cd', '']);
  expect(change('ad', 'abcd')).toEqual([0, '', 'bc']);
  expect(change('bd', 'abcde')).toEqual([1, 'e', 'c']);
  expect(change('abc', 'ac')).toEqual([0, '', '']);
});

test('[UI-16] an unchanged, a new and another timeline bring nothing to follow', () => {
  const items = sampleItems('a', 'b');
  expect(timelineChange(items, items)).toEqual({ prepended: 0, appended: [], late: [] });
  expect(change('', 'ab')).toEqual([0, '', '']);
  expect(change('ab', 'xy')).toEqual([0, '', '']);
});

test('[UI-16] own messages that moved are not called late', () => {
  const [a, b] = sampleItems('a', 'b') as [ReturnType<typeof sampleItem>, ReturnType<typeof sampleItem>];
  expect(timelineChange([a, b], [a, sampleItem({ id: 'own', own: true }), b]).late).toEqual([]);
});

test('[UI-16] what others said is announced, own messages are not, and many are counted', () => {
  expect(announcement([])).toBeNull();
  expect(announcement([sampleItem({ id: 'a', own: true })])).toBeNull();
  expect(announcement([sampleItem({ id: 'a', text: 'hi' }), sampleItem({ id: 'b', by: 'jon', text: 'ho' })])).toBe(
    'mara: hi. jon: ho',
  );
  expect(announcement(sampleItems('a', 'b', 'c', 'd'))).toBe('4 new messages');
});

test('[UI-27] rows are added above before any is added elsewhere', () => {
  const step = (before: string, after: string) =>
    nextShown(sampleItems(...before), sampleItems(...after))
      .map(({ message }) => message.eventId)
      .join('');
  expect(step('cd', 'abcdef')).toBe('abcd');
  expect(step('abcd', 'abcdef')).toBe('abcdef');
  expect(step('bd', 'abcd')).toBe('abd');
  expect(step('cd', 'abcd')).toBe('abcd');
  expect(step('ab', 'abcd')).toBe('abcd');
  expect(step('ab', 'xy')).toBe('xy');
});
