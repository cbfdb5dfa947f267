import { expect, test } from 'vitest';
import { sampleItems } from '../../ui/test/sample-items.ts';
import { createHold } from './hold.ts';

const ROW_PX = 100;

/** A list that keeps its distance from the end, as after rows were put above the others, in a box that ends at its top. */
const listOf = (ids: string) => {
  const sizes = new Map([...ids].map((id) => [id, ROW_PX]));
  const box = { scrollTop: 0 };
  let shown = ids;
  const topOf = (index: number) => [...shown.slice(0, index)].reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
  const hold = createHold({
    box: () => box,
    list: () => ({
      findItemIndex: (offset) => [...shown].findLastIndex((_, index) => topOf(index) <= offset),
      getItemOffset: topOf,
    }),
  });
  const keepingDistance = (change: () => void) => {
    const before = topOf(shown.length);
    change();
    box.scrollTop = Math.max(0, box.scrollTop + topOf(shown.length) - before);
  };
  const show = (next: string) => {
    const shift = !next.startsWith(shown[0] ?? '');
    const change = () => {
      shown = next;
      for (const id of next) if (!sizes.has(id)) sizes.set(id, ROW_PX);
    };
    if (shift) keepingDistance(change);
    else change();
    hold.onItems(sampleItems(...next), shift);
  };
  hold.onItems(sampleItems(...ids), false);
  return {
    scrollTo: (px: number) => {
      box.scrollTop = px;
      hold.onScroll();
    },
    show,
    measure: (id: string, sizePx: number, andShow = shown) => {
      keepingDistance(() => sizes.set(id, sizePx));
      if (andShow !== shown) show(andShow);
      hold.onResize();
    },
    release: hold.release,
    onScreen: (id: string) => topOf(shown.indexOf(id)) - box.scrollTop,
  };
};

/** `c` to `f`, read at the bottom of `c`, and then `a` and `b` above: `d` is 80 px below the top edge. */
const prepended = () => {
  const list = listOf('cdef');
  list.scrollTo(20);
  list.show('abcdef');
  return list;
};

test('[UI-27] rows that are measured below what is being read do not move it', () => {
  const { measure, onScreen } = prepended();
  measure('f', 144);
  expect(onScreen('d')).toBe(80);
  measure('e', 60);
  expect(onScreen('d')).toBe(80);
});

test('[UI-27] rows that are measured above do not either, nor does what loses its day', () => {
  const { measure, onScreen } = prepended();
  measure('b', 196);
  measure('c', 66);
  expect(onScreen('d')).toBe(80);
});

test('[UI-27] it stays when more comes above in the frame in which something below is measured', () => {
  const { measure, onScreen } = prepended();
  measure('f', 144, 'yzabcdef');
  expect(onScreen('d')).toBe(80);
});

test('[UI-27] it stays when newer messages come in, and when those are measured', () => {
  const { measure, show, onScreen } = prepended();
  show('abcdefgh');
  expect(onScreen('d')).toBe(80);
  measure('h', 300);
  expect(onScreen('d')).toBe(80);
});

test('[UI-27] who scrolls is not taken back, also where there is too little above to keep the distance', () => {
  const { scrollTo, measure, onScreen } = prepended();
  scrollTo(20);
  expect(onScreen('b')).toBe(80);
  measure('f', 40);
  expect(onScreen('b')).toBe(80);
});

test('[UI-27] nothing is held before anything came above, nor after it was let go of', () => {
  const list = listOf('abc');
  list.measure('c', 150);
  expect(list.onScreen('a')).toBe(-50);
  const { release, measure, onScreen } = prepended();
  release();
  measure('f', 150);
  expect(onScreen('d')).toBe(30);
});
