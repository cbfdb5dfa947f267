import { expect, test } from 'vitest';
import { typingSentence } from './typing-sentence.ts';

test('[UI-18] who is typing is named, up to two', () => {
  expect(typingSentence([])).toBe('');
  expect(typingSentence(['Mara'])).toBe('Mara is typing…');
  expect(typingSentence(['Mara', 'Jon'])).toBe('Mara and Jon are typing…');
  expect(typingSentence(['Mara', 'Jon', 'Léa'])).toBe('Mara and 2 others are typing…');
});
