import { expect, test } from 'vitest';
import { HUES, hueOf, initialsOf } from './person-look.ts';

test('[UI-5] initials come from the first and the last word, whatever stands before their letters', () => {
  const cases = {
    'Ada Lovelace': 'AL',
    'jean-luc van der meer': 'JM',
    Mara: 'M',
    '#ubuntu': 'U',
    '  "Léa"  ': 'L',
    'мара линдквист': 'МЛ',
    '田中 太郎': '田太',
    '👩‍👩‍👧 family': '👩‍👩‍👧F',
    '***': '?',
    '': '?',
  };
  for (const [name, initials] of Object.entries(cases)) expect(initialsOf(name), name).toBe(initials);
});

test('[UI-5] a colour depends on the id alone and all colours are used', () => {
  expect(hueOf('AAAAAAAAAAAAAAAAAAAAAA')).toBe(hueOf('AAAAAAAAAAAAAAAAAAAAAA'));
  const hues = new Set(Array.from({ length: 500 }, (_, n) => hueOf(`account-${n}`)));
  expect(hues.size).toBe(HUES.length);
});
