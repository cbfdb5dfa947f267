/** Times and numbers as the reader's own language writes them. Pure: `now`, locale and time zone are passed in. [UI-8] */

export interface TimeFormat {
  /** 14:05 */
  readonly time: (ms: number) => string;
  /** Today, Yesterday, Monday, 3 June, 3 June 2024: what a day line says. */
  readonly day: (ms: number, nowMs: number) => string;
  /** What a list has room for: the time today, else the weekday within a week, else the date. */
  readonly short: (ms: number, nowMs: number) => string;
  /** Date and time, for details. */
  readonly full: (ms: number) => string;
  readonly number: (value: number) => string;
  /** Equal for times of one calendar day. */
  readonly dayKey: (ms: number) => string;
  /** Makes what a first screen needs, ahead of it: a formatter takes milliseconds. */
  readonly prepare: () => void;
}

const DAY_MS = 86_400_000;

export const createTimeFormat = (locale?: string, timeZone?: string): TimeFormat => {
  const format = (options: Intl.DateTimeFormatOptions) =>
    once(() => new Intl.DateTimeFormat(locale, { ...options, ...(timeZone === undefined ? {} : { timeZone }) }));
  const time = format({ timeStyle: 'short' });
  const weekday = format({ weekday: 'long' });
  const shortWeekday = format({ weekday: 'short' });
  const dayMonth = format({ day: 'numeric', month: 'long' });
  const dayMonthYear = format({ day: 'numeric', month: 'long', year: 'numeric' });
  const shortDate = format({ day: 'numeric', month: 'numeric', year: '2-digit' });
  const full = format({ dateStyle: 'medium', timeStyle: 'short' });
  const parts = format({
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    calendar: 'gregory',
    numberingSystem: 'latn',
  });
  const relative = once(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  const number = once(() => new Intl.NumberFormat(locale));

  const readDay = (ms: number): CalendarDay => {
    if (timeZone === undefined) return localDay(new Date(ms));
    const get = (type: string) =>
      Number(
        parts()
          .formatToParts(ms)
          .find((part) => part.type === type)?.value ?? 0,
      );
    return dayOf(get('year'), get('month') - 1, get('day'));
  };
  const calendarDay = createDayCache(readDay);
  const daysAgo = (ms: number, nowMs: number) => calendarDay(nowMs).number - calendarDay(ms).number;

  return {
    time: (ms) => time().format(ms),
    day: (ms, nowMs) => {
      const ago = daysAgo(ms, nowMs);
      if (ago === 0 || ago === 1) return upperFirst(relative().format(-ago, 'day'));
      if (ago > 1 && ago < 7) return upperFirst(weekday().format(ms));
      return (calendarDay(ms).year === calendarDay(nowMs).year ? dayMonth : dayMonthYear)().format(ms);
    },
    short: (ms, nowMs) => {
      const ago = daysAgo(ms, nowMs);
      if (ago <= 0) return time().format(ms);
      return (ago < 7 ? shortWeekday : shortDate)().format(ms);
    },
    full: (ms) => full().format(ms),
    number: (value) => number().format(value),
    dayKey: (ms) => String(calendarDay(ms).number),
    prepare: () => {
      for (const make of [time, number, shortDate, shortWeekday, dayMonth, dayMonthYear]) make();
    },
  };
};

/** Most are never needed. */
const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

interface CalendarDay {
  readonly year: number;
  /** Days since 1970. */
  readonly number: number;
}

const dayOf = (year: number, month: number, day: number): CalendarDay => ({
  year,
  number: Math.round(Date.UTC(year, month, day) / DAY_MS),
});

/** In the system's own zone, without a formatter. */
const localDay = (date: Date): CalendarDay => dayOf(date.getFullYear(), date.getMonth(), date.getDate());

const QUARTER_MS = 900_000;
const CACHED_QUARTERS = 20_000;

/** Formatting costs microseconds, for every row of a long timeline; every zone's days begin on a quarter of an hour. */
const createDayCache = (read: (ms: number) => CalendarDay): ((ms: number) => CalendarDay) => {
  const dayByQuarter = new Map<number, CalendarDay>();
  return (ms) => {
    const quarter = Math.floor(ms / QUARTER_MS);
    const known = dayByQuarter.get(quarter);
    if (known !== undefined) return known;
    if (dayByQuarter.size >= CACHED_QUARTERS) dayByQuarter.clear();
    const day = read(ms);
    dayByQuarter.set(quarter, day);
    return day;
  };
};

const upperFirst = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);
