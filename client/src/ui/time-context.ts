/** Formats and the present time, made once by the composition root. */
import { createContext, use, useEffect, useState } from 'react';
import { createTimeFormat, type TimeFormat } from './format-time.ts';

export interface TimeContextValue {
  readonly format: TimeFormat;
  readonly now: () => number;
}

export const TimeContext = createContext<TimeContextValue>({ format: createTimeFormat('en'), now: () => 0 });

export const useTimeFormat = (): TimeFormat => use(TimeContext).format;

const MINUTE_MS = 60_000;

/** The present minute: what says "Today" changes at midnight by itself. */
export const useNow = (): number => {
  const { now } = use(TimeContext);
  const [minute, setMinute] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setMinute(now()), MINUTE_MS);
    return () => clearInterval(timer);
  }, [now]);
  return minute;
};
