import { expect, test } from 'vitest';
import { documentTitle } from './document-title.ts';

test('[UI-22] the tab says what is unread and where one is', () => {
  expect(documentTitle(null, 0)).toBe('Kith');
  expect(documentTitle('Lake', 3)).toBe('(3) Lake · Kith');
  expect(documentTitle(null, 1500)).toBe('(99+) Kith');
});
