import { expect, test } from 'vitest';
import { createTimeFormat } from './format-time.ts';
import { rememberedFormat } from './remembered-format.ts';
import { createTextMemory } from './text-memory.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = new Date(2026, 10, 24, 12, 30).getTime();
const TIMES = [0, 2 * HOUR_MS, DAY_MS, 3 * DAY_MS, 6 * DAY_MS, 8 * DAY_MS, 300 * DAY_MS, 700 * DAY_MS, -5 * DAY_MS];

const createStorage = (kept = new Map<string, string>()) => ({
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  kept,
});
const open = (storage: ReturnType<typeof createStorage>, locale = 'en-GB') => {
  const plain = createTimeFormat(locale);
  const made: string[] = [];
  const counting = {
    ...plain,
    time: (ms: number) => {
      made.push('time');
      return plain.time(ms);
    },
  };
  const waiting: (() => void)[] = [];
  const memory = createTextMemory({ storage, locale, later: (run) => waiting.push(run) });
  return {
    plain,
    made,
    format: rememberedFormat(counting, memory),
    settle: () => {
      for (const run of waiting.splice(0)) run();
    },
  };
};

test('[UI-8] [UI-24] what was said before is said again without a formatter, and the same', () => {
  const storage = createStorage();
  for (let page = 0; page < 2; page++) {
    const { plain, made, format, settle } = open(storage);
    for (const ago of TIMES) {
      const ms = NOW - ago;
      expect([format.time(ms), format.day(ms, NOW), format.short(ms, NOW)]).toEqual([
        plain.time(ms),
        plain.day(ms, NOW),
        plain.short(ms, NOW),
      ]);
    }
    expect(format.number(12_345)).toBe(plain.number(12_345));
    settle();
    expect(made.length > 0).toBe(page === 0);
  }
});

test('[UI-8] days go on: what was today is yesterday, and this year’s date gets its year', () => {
  const { plain, format } = open(createStorage());
  for (const now of [NOW, NOW + DAY_MS, NOW + 4 * DAY_MS, NOW + 9 * DAY_MS, NOW + 400 * DAY_MS]) {
    expect(format.day(NOW, now)).toBe(plain.day(NOW, now));
    expect(format.short(NOW, now)).toBe(plain.short(NOW, now));
  }
});

test('[UI-8] texts of another language, and what is none of ours, are forgotten', () => {
  const storage = createStorage();
  const english = open(storage);
  english.format.day(NOW, NOW);
  english.settle();
  expect(open(storage, 'de-DE').format.day(NOW, NOW)).toBe('Heute');
  for (const broken of ['{', '[]', '{"locale":"en-GB","texts":[["d0",7],"x"]}', '{"locale":"en-GB","texts":{}}']) {
    expect(open(createStorage(new Map([['kith:texts', broken]]))).format.day(NOW, NOW)).toBe('Today');
  }
});

test('[UI-8] a bounded number of texts is kept, and a storage that takes nothing harms nothing', () => {
  const storage = createStorage();
  const { format, settle } = open(storage);
  for (let n = 0; n < 3_000; n++) format.number(n);
  settle();
  expect(JSON.parse(storage.kept.get('kith:texts') ?? '').texts).toHaveLength(400);
  const full = {
    ...createStorage(),
    setItem: () => {
      throw new Error('full');
    },
  };
  const other = open(full as never);
  other.format.number(1);
  other.settle();
  expect(other.format.number(2)).toBe('2');
});
