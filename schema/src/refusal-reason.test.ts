import { expect, test } from 'vitest';
import { formatReason, parseReason } from './refusal-reason.ts';

test('[LIM-1] a refusal in one line comes back as it was, in whole milliseconds, and fits a close frame', () => {
  expect(parseReason(formatReason('not-member'))).toEqual({ code: 'not-member', limited: null });
  const text = formatReason('rate-limited', { limit: 'conversations', retryAfterMs: 86_399_999.2 });
  expect(text).toBe('rate-limited conversations 86400000');
  expect(text.length).toBeLessThan(123);
  expect(parseReason(text)).toEqual({
    code: 'rate-limited',
    limited: { limit: 'conversations', retryAfterMs: 86_400_000 },
  });
});

test('[LIM-1] what is not a reason of ours is none, and what only a newer server names is passed over', () => {
  for (const text of ['', 'Reset Connection', 'rate-limited events 1 2', 'toString'])
    expect(parseReason(text)).toBeNull();
  for (const text of ['rate-limited', 'rate-limited moods 5', 'rate-limited events', 'rate-limited events -1'])
    expect(parseReason(text)).toEqual({ code: 'rate-limited', limited: null });
});
