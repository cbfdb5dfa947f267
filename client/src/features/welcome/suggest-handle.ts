/** From a name to a handle that would be accepted as it is, for the person to change. [UI-10] */
import { HandleSchema } from '@kith/schema/handle';
import { LIMITS } from '@kith/schema/limits';
import * as v from 'valibot';

/** Letters that do not come apart into a plain letter and a mark. */
const PLAIN = new Map(Object.entries({ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ı: 'i' }));

/** Empty when the name has nothing that a handle may hold: then the person writes one. */
export const suggestHandle = (name: string): string => {
  const plain = [...name.slice(0, 200).normalize('NFKD').toLowerCase()].map((letter) => PLAIN.get(letter) ?? letter);
  const handle = plain
    .join('')
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '.')
    .slice(0, LIMITS.handleLength.max)
    .replace(/^\.+|\.+$/g, '');
  return v.is(HandleSchema, handle) ? handle : '';
};
