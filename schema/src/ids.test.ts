import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { HandleSchema, NameSchema } from './handle.ts';
import { AccountIdSchema, bytesToId, createId, idToBytes, isId } from './ids.ts';

const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);

describe('ids', () => {
  test('[ID-1] bytes and text stand for each other', () => {
    for (let i = 0; i < 200; i++) {
      const bytes = random(new Uint8Array(16));
      const id = bytesToId(bytes);
      expect(isId(id)).toBe(true);
      expect([...idToBytes(id)]).toEqual([...bytes]);
    }
    expect(isId(createId(random))).toBe(true);
  });

  test.each([
    ['too short', 'AAAAAAAAAAAAAAAAAAAAA'],
    ['too long', 'AAAAAAAAAAAAAAAAAAAAAAA'],
    ['another alphabet', 'AAAAAAAAAAAAAAAAAAAA+A'],
    ['stray last bits', 'AAAAAAAAAAAAAAAAAAAAAB'],
    ['padding', 'AAAAAAAAAAAAAAAAAAAAA='],
    ['a path', '../../../../../../etc/'],
    ['a number', 42],
  ])('[ID-1] refused: %s', (_, text) => {
    expect(isId(text)).toBe(false);
    expect(v.is(AccountIdSchema, text)).toBe(false);
  });

  test('[ID-1] an id of other than 16 bytes is a bug', () => {
    expect(() => bytesToId(new Uint8Array(15))).toThrow(RangeError);
  });
});

describe('names', () => {
  test.each([
    ['@Mara', 'mara'],
    [' bo.b_2-x ', 'bo.b_2-x'],
  ])('[NAME-1] the handle %j becomes %j', (given, handle) => {
    expect(v.parse(HandleSchema, given)).toBe(handle);
  });

  test.each(['', 'ab', 'a'.repeat(33), 'mаra', 'ma ra', '.mara', 'mara-', 'ma/ra', 'a\u202eb', 'x'.repeat(10_000)])(
    '[NAME-1] the handle %j is refused',
    (given) => expect(v.is(HandleSchema, given)).toBe(false),
  );

  test.each([
    ['Mara\u202e evil', 'Mara evil'],
    ['a\u200bb\u2066c\u2069', 'abc'],
    ['  Jo   Ann\n', 'Jo Ann'],
    ['e\u0301', 'é'],
  ])('[NAME-1] the name %j is shown as %j', (given, name) => {
    expect(v.parse(NameSchema, given)).toBe(name);
  });

  test.each(['', '   ', '\u200b\u200d\ufeff', '\u3164', 'x'.repeat(65), 'y'.repeat(10_240)])(
    '[NAME-1] the name %j is refused',
    (given) => expect(v.is(NameSchema, given)).toBe(false),
  );
});
