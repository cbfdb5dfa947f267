import { createStore } from 'jotai';
import { expect, test } from 'vitest';
import { createThemeAtom } from './theme.ts';

const keeper = (kept: string | null) => {
  const shown: (string | null)[] = [];
  const values = new Map<string, string>(kept === null ? [] : [['kith.theme', kept]]);
  const storage = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
  return { shown, values, storage, show: (theme: string | null) => void shown.push(theme) };
};

test('[UI-4] without a choice the system decides; a choice is shown, kept and found again', () => {
  const store = createStore();
  const first = keeper(null);
  const themeAtom = createThemeAtom(first);
  expect(store.get(themeAtom)).toBe('system');
  store.set(themeAtom, 'dark');
  expect(first.shown).toEqual([null, 'dark']);
  expect(store.get(createThemeAtom(keeper(first.values.get('kith.theme') ?? null)))).toBe('dark');
  store.set(themeAtom, 'system');
  expect(first.values.size).toBe(0);
});

test('[UI-4] an unreadable choice, or storage that is switched off, leaves it to the system', () => {
  const store = createStore();
  expect(store.get(createThemeAtom(keeper('purple')))).toBe('system');
  const refuse = () => {
    throw new DOMException('no storage', 'SecurityError');
  };
  const themeAtom = createThemeAtom({
    storage: { getItem: refuse, setItem: refuse, removeItem: refuse },
    show: () => undefined,
  });
  store.set(themeAtom, 'light');
  expect(store.get(themeAtom)).toBe('light');
});
