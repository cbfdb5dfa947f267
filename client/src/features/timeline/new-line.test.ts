import type { EventId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import { nextNewLine, openNewLine } from './new-line.ts';

const [A, B] = ['a', 'b'] as EventId[] as [EventId, EventId];

test('[UI-17] the line stands at the first unread of opening and stays while one reads', () => {
  let line = openNewLine(A);
  line = nextNewLine(line, B, false);
  expect(line.at).toBe(A);
  line = nextNewLine(line, null, false);
  expect(line.at).toBe(A);
  line = nextNewLine(line, B, false);
  expect(line.at).toBe(A);
});

test('[UI-17] it moves when something comes in after all was read while one is away', () => {
  const read = nextNewLine(openNewLine(A), null, false);
  expect(nextNewLine(read, B, true)).toEqual({ at: B, allRead: false });
  expect(nextNewLine(openNewLine(null), B, true).at).toBe(B);
});

test('[UI-17] what one watches come in is not new', () => {
  expect(nextNewLine(openNewLine(null), A, false).at).toBeNull();
});

test('[UI-17] it does not move while something is still unread', () => {
  expect(nextNewLine(openNewLine(A), B, true).at).toBe(A);
});
