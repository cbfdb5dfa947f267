import { WIRE_ERRORS, type WireErrorCode } from '@kith/schema/wire-error';
import { expect, test } from 'vitest';
import { EngineError } from '../engine/engine-api.ts';
import { errorSentence, refusalSentence } from './error-sentence.ts';

test('[UI-7] every code becomes its sentence, also when only the code crossed from the worker', () => {
  for (const code of Object.keys(WIRE_ERRORS) as WireErrorCode[]) {
    expect(errorSentence(new EngineError(code, 'internal detail'))).toBe(WIRE_ERRORS[code].sentence);
    expect(errorSentence(Object.assign(new Error('x'), { code }))).toBe(WIRE_ERRORS[code].sentence);
  }
  expect(errorSentence(new EngineError('offline', 'x'))).toContain('cannot be reached');
  expect(errorSentence(new EngineError('signed-out', 'x'))).toContain('not signed in');
});

test('[UI-7] waiting is said in seconds where the server told how long', () => {
  expect(errorSentence(new EngineError('rate-limited', 'x', 4_200))).toContain('Try again in 5 seconds.');
  expect(errorSentence(new EngineError('rate-limited', 'x', 900))).toContain('Try again in 1 second.');
});

test('[UI-7] a cancelled passkey is not called a mistake, and what is unknown never shows its insides', () => {
  expect(errorSentence(new DOMException('blah', 'NotAllowedError'))).toContain('cancelled');
  for (const thrown of [new Error('SELECT * FROM secrets'), new TypeError('x is undefined'), 'text', null, undefined])
    expect(errorSentence(thrown)).toBe('Something went wrong. Please try again.');
});

test('[UI-7] a refused message says why it stays', () => {
  expect(refusalSentence('not-member')).toBe('Could not be sent: you are not in this conversation.');
});
