/** Repeatable randomness: mulberry32. A failing fuzz run prints the seed that brings it back. */
export interface SeededRandom {
  /** 0 ≤ n < 1 */
  next(): number;
  /** 0 ≤ n < limit */
  int(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Like `crypto.getRandomValues`. */
  fill(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
}

export const createSeededRandom = (seed: number): SeededRandom => {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (items) => items[int(items.length)]!,
    fill: (bytes) => {
      for (let i = 0; i < bytes.length; i++) bytes[i] = int(256);
      return bytes;
    },
  };
};
