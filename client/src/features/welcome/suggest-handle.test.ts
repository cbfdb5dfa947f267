import { HandleSchema } from '@kith/schema/handle';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { suggestHandle } from './suggest-handle.ts';

test('[UI-10] a handle is suggested in plain letters', () => {
  const cases = {
    'Ada Lovelace': 'ada.lovelace',
    '  Jean-Luc  Picard ': 'jean.luc.picard',
    'Zoë Weiß': 'zoe.weiss',
    'Łukasz Ørsted': 'lukasz.orsted',
    'Ｆｕｌｌ width': 'full.width',
    'İbrahim Çelik': 'ibrahim.celik',
    "O'Neill": 'o.neill',
    'R2 D2': 'r2.d2',
  };
  for (const [name, handle] of Object.entries(cases)) expect(suggestHandle(name), name).toBe(handle);
});

test('[UI-10] what is suggested would be accepted, and nothing is suggested where nothing would be', () => {
  for (const name of ['', 'Al', 'мара', '田中', '...', '\u202Eevil', '👩‍👩‍👧']) {
    const handle = suggestHandle(name);
    expect(handle === '' || v.is(HandleSchema, handle), name).toBe(true);
  }
  expect(suggestHandle('мара')).toBe('');
  expect(v.is(HandleSchema, suggestHandle(`${'very long '.repeat(10)}name`))).toBe(true);
  expect(suggestHandle('a'.repeat(10_000))).toHaveLength(32);
});
