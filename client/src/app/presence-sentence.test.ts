import { expect, test } from 'vitest';
import { presenceSentence } from './presence-sentence.ts';

test('[UI-18] a conversation says how many are in it and how many are here now', () => {
  expect(presenceSentence({ kind: 'group', members: 4, here: 3 }, String)).toBe('4 members · 3 here now');
  expect(presenceSentence({ kind: 'group', members: 1, here: 0 }, String)).toBe('1 member');
  expect(presenceSentence({ kind: 'self', members: 1, here: 1 }, String)).toBe('Only you');
});
