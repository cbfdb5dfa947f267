import type { Clock } from '../clock.ts';

/** A clock that stands until a test moves it. */
export interface FixedClock extends Clock {
  advance(ms: number): void;
}

/** 2026-11-21, noon UTC. */
export const START_MS = Date.UTC(2026, 10, 21, 12);

export const createFixedClock = (startMs = START_MS): FixedClock => {
  let now = startMs;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
  };
};
