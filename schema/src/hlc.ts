/**
 * Hybrid logical clock (Kulkarni et al. 2014, "Logical Physical Clocks"), packed into one safe integer:
 * milliseconds since 1970 × 1024 + counter. Numbers compare as times do, serve as database keys as they are, and stay
 * safe integers until the year 2248. A counter that overflows carries into the milliseconds. [HLC-1]
 */
export type Hlc = number & { readonly __unit: 'hlc' };

const TICKS_PER_MS = 1024;

export const HLC_ZERO = 0 as Hlc;
/** Seven bytes on the wire: 53 bits fit into 56. */
export const HLC_BYTES = 7;

export const isHlc = (value: unknown): value is Hlc => Number.isSafeInteger(value) && (value as number) >= 0;

export const msToHlc = (ms: number): Hlc => (Math.floor(ms) * TICKS_PER_MS) as Hlc;

/** Physical part, in milliseconds since 1970. */
export const hlcToMs = (time: Hlc): number => Math.floor(time / TICKS_PER_MS);

/** The time of a new local event: later than everything this device has seen, never behind the wall clock. [HLC-2] */
export const tickHlc = (last: Hlc, nowMs: number): Hlc => Math.max(last + 1, msToHlc(nowMs)) as Hlc;

/**
 * Takes in a time seen elsewhere. One further ahead than `maxAheadMs` is not followed, so that a single wrong clock
 * cannot drag everybody's along. [HLC-3]
 */
export const observeHlc = (last: Hlc, seen: Hlc, nowMs: number, maxAheadMs: number): Hlc =>
  hlcToMs(seen) > nowMs + maxAheadMs ? last : (Math.max(last, seen) as Hlc);
