/** A `TimeFormat` of the system's own zone that asks for a formatter only where its text is not known yet. [UI-8] */
import type { TimeFormat } from './format-time.ts';
import type { TextMemory } from './text-memory.ts';

export const rememberedFormat = (format: TimeFormat, { recall }: TextMemory): TimeFormat => {
  const daysAgo = (ms: number, nowMs: number): number => Number(format.dayKey(nowMs)) - Number(format.dayKey(ms));
  const time = (ms: number): string => recall(`t${minuteOf(new Date(ms))}`, () => format.time(ms));
  return {
    ...format,
    time,
    day: (ms, nowMs) => {
      const ago = daysAgo(ms, nowMs);
      const key = ago === 0 || ago === 1 ? `d${ago}` : `d${isWithinWeek(ago)} ${format.dayKey(ms)} ${yearOf(nowMs)}`;
      return recall(key, () => format.day(ms, nowMs));
    },
    short: (ms, nowMs) => {
      const ago = daysAgo(ms, nowMs);
      if (ago <= 0) return time(ms);
      return recall(`s${isWithinWeek(ago)} ${format.dayKey(ms)}`, () => format.short(ms, nowMs));
    },
    number: (value) => recall(`n${value}`, () => format.number(value)),
  };
};

const minuteOf = (date: Date): number => date.getHours() * 60 + date.getMinutes();
const yearOf = (ms: number): number => new Date(ms).getFullYear();
/** Then a weekday is said instead of a date. */
const isWithinWeek = (ago: number): boolean => ago > 0 && ago < 7;
