import { expect, test } from 'vitest';
import type { TimelineView } from '../engine/views.ts';
import { sampleItems } from '../ui/test/sample-items.ts';
import { createPagedTimeline } from './paged-timeline.ts';
import { keepAbove, limitFor } from './timeline-window.ts';

const view = (moreHere: boolean, ...ids: readonly string[]): TimelineView => ({
  items: sampleItems(...ids),
  moreHere,
  moreElsewhere: false,
  firstUnread: null,
});
const idsOf = (shown: TimelineView | undefined) => shown?.items.map(({ message }) => message.eventId).join('');

test('[UI-3] an arrival does not push the oldest message on screen out of the window', () => {
  expect(idsOf(keepAbove(view(true, 'a', 'b', 'c'), view(true, 'b', 'c', 'd')))).toBe('abcd');
});

test('[UI-3] nothing is kept above when the window begins at the history, or shares nothing with what was shown', () => {
  expect(idsOf(keepAbove(view(true, 'a', 'b'), view(false, 'b', 'c')))).toBe('bc');
  expect(idsOf(keepAbove(view(true, 'a', 'b'), view(true, 'x', 'y')))).toBe('xy');
  expect(idsOf(keepAbove(undefined, view(true, 'a')))).toBe('a');
});

test('[UI-3] limits are whole pages and cover what is shown', () => {
  expect([0, 1, 50, 51, 120].map(limitFor)).toEqual([50, 50, 50, 100, 150]);
});

const history = (count: number) => {
  const all = sampleItems(...Array.from({ length: count }, (_, n) => `m${String(n).padStart(4, '0')}`));
  const limits: number[] = [];
  const listeners = new Map<(value: TimelineView) => void, number>();
  const give = (limit: number): TimelineView => ({
    items: all.slice(-limit),
    moreHere: all.length > limit,
    moreElsewhere: false,
    firstUnread: null,
  });
  return {
    limits,
    listeners,
    arrive: (id: string) => {
      all.push(...sampleItems(id));
      for (const [listener, limit] of [...listeners]) listener(give(limit));
    },
    open: (limit: number) => ({
      get: async () => give(limit),
      subscribe: (listener: (value: TimelineView) => void) => {
        limits.push(limit);
        listeners.set(listener, limit);
        listener(give(limit));
        return () => void listeners.delete(listener);
      },
    }),
  };
};

test('[UI-3] the window grows by a page when older messages are asked for, and reads on with one subscription', () => {
  const { open, limits, listeners } = history(120);
  const paged = createPagedTimeline(open);
  const shown: number[] = [];
  const stop = paged.subscribe(({ items }) => shown.push(items.length));
  paged.showOlder();
  paged.showOlder();
  paged.showOlder();
  expect(limits).toEqual([50, 100, 150]);
  expect(shown).toEqual([50, 100, 120]);
  expect(listeners.size).toBe(1);
  stop();
  expect(listeners.size).toBe(0);
});

test('[UI-3] messages that arrive are added below, and the read that follows covers all that is shown', () => {
  const { open, limits, arrive, listeners } = history(120);
  const paged = createPagedTimeline(open);
  const firsts = new Set<string | undefined>();
  let count = 0;
  paged.subscribe(({ items }) => {
    firsts.add(items[0]?.message.eventId);
    count = items.length;
  });
  arrive('n1');
  arrive('n2');
  expect(count).toBe(52);
  expect(limits).toEqual([50, 100]);
  expect(listeners.size).toBe(1);
  expect([...firsts]).toEqual(['m0070']);
  paged.showOlder();
  expect(count).toBe(100);
});
