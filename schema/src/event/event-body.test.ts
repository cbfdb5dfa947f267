import { expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { decodeEventBody, encodeEventBody } from './event-body.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('[EVT-4] a body is read back by its kind', () => {
  const body = { text: 'how do I mount a cdrom', imported: { author: 'nick`away', at: 1_089_072_000_000 } };
  expect(decodeEventBody('message', encodeEventBody('message', body))).toEqual({ ok: true, value: body });
});

test('[EVT-4] keys that a newer version added are passed over', () => {
  expect(decodeEventBody('message', bytes('{"text":"hi","sparkle":true}'))).toEqual({
    ok: true,
    value: { text: 'hi' },
  });
});

test.each([
  ['not JSON', '{"text":'],
  ['no text', '{}'],
  ['empty text', '{"text":""}'],
  ['text of another type', '{"text":["hi"]}'],
  ['text above the limit', JSON.stringify({ text: 'x'.repeat(LIMITS.messageTextLength + 1) })],
  ['a reply to no id', '{"text":"hi","replyTo":"somebody"}'],
  ['a list', '[]'],
])('[EVT-4] refused with the reason: %s', (_, text) => {
  const body = decodeEventBody('message', bytes(text));
  expect(body.ok ? 'accepted' : body.error.type).toBe('event-body');
});

test('[EVT-4] bytes that are not UTF-8 are refused', () => {
  expect(decodeEventBody('message', new Uint8Array([123, 0xff, 125])).ok).toBe(false);
});

test('[EVT-4] a prototype cannot be smuggled in', () => {
  const body = decodeEventBody('message', bytes('{"text":"hi","__proto__":{"imported":{"author":"x","at":1}}}'));
  expect(body.ok && body.value.imported).toBe(undefined);
});
