import { expect, test } from 'vitest';
import { createTimeFormat } from './format-time.ts';

const berlin = createTimeFormat('en-GB', 'Europe/Berlin');
const at = (text: string) => Date.parse(text);
const NOW = at('2026-11-21T12:00:00+01:00');

test('[UI-8] a day line says today, yesterday, the weekday within a week, then the date', () => {
  expect(berlin.day(at('2026-11-21T00:01:00+01:00'), NOW)).toBe('Today');
  expect(berlin.day(at('2026-11-20T23:59:00+01:00'), NOW)).toBe('Yesterday');
  expect(berlin.day(at('2026-11-16T10:00:00+01:00'), NOW)).toBe('Monday');
  expect(berlin.day(at('2026-06-03T10:00:00+02:00'), NOW)).toBe('3 June');
  expect(berlin.day(at('2024-06-03T10:00:00+02:00'), NOW)).toBe('3 June 2024');
  expect(berlin.day(at('2026-11-23T10:00:00+01:00'), NOW)).toBe('23 November');
});

test('[UI-8] days are those of the reader: zones, and days of 23 and 25 hours', () => {
  const instant = at('2026-11-20T23:30:00Z');
  expect(berlin.dayKey(instant)).not.toBe(createTimeFormat('en-GB', 'UTC').dayKey(instant));
  const nextDay = (text: string) => Number(berlin.dayKey(at(text)));
  expect(nextDay('2026-03-29T23:30:00+02:00') - nextDay('2026-03-28T23:30:00+01:00')).toBe(1);
  expect(nextDay('2026-10-25T23:30:00+01:00') - nextDay('2026-10-24T23:30:00+02:00')).toBe(1);
});

test('[UI-8] the list has the time today, else the weekday, else the date', () => {
  expect(berlin.short(at('2026-11-21T09:05:00+01:00'), NOW)).toBe('09:05');
  expect(berlin.short(at('2026-11-19T09:05:00+01:00'), NOW)).toBe('Thu');
  expect(berlin.short(at('2025-01-19T09:05:00+01:00'), NOW)).toBe('19/01/25');
});

test('[UI-8] language and numbers follow the locale', () => {
  const german = createTimeFormat('de-DE', 'Europe/Berlin');
  expect(german.day(NOW, NOW)).toBe('Heute');
  expect(german.number(1234)).toBe('1.234');
});
