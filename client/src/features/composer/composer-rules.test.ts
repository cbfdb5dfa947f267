import { LIMITS } from '@kith/schema/limits';
import { expect, test } from 'vitest';
import { afterSent, canSend, isSendKey, tooManyCharacters } from './composer-rules.ts';

const ENTER = { key: 'Enter', shiftKey: false, composing: false, touch: false };

test('[UI-20] Enter sends, except with Shift, on touch keyboards, and while a character is composed', () => {
  expect(isSendKey(ENTER)).toBe(true);
  expect(isSendKey({ ...ENTER, shiftKey: true })).toBe(false);
  expect(isSendKey({ ...ENTER, touch: true })).toBe(false);
  expect(isSendKey({ ...ENTER, composing: true })).toBe(false);
  expect(isSendKey({ ...ENTER, key: 'a' })).toBe(false);
});

test('[UI-20] what was typed after the send stays', () => {
  expect(afterSent('hello', 'hello')).toBe('');
  expect(afterSent('hello\nand more', 'hello')).toBe('and more');
  expect(afterSent('changed', 'hello')).toBe('changed');
});

test('[UI-20] empty and overlong texts are not sent', () => {
  expect(canSend(' \n ')).toBe(false);
  expect(canSend('a'.repeat(LIMITS.messageTextLength))).toBe(true);
  expect(canSend('a'.repeat(LIMITS.messageTextLength + 1))).toBe(false);
  expect(tooManyCharacters('a'.repeat(LIMITS.messageTextLength + 7))).toBe(7);
});
