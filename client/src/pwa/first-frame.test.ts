import { expect, test } from 'vitest';
import { dayOf, isSmallEnough, parseFirstFrame } from './first-frame.ts';
import { sampleFrame } from './test/sample-frame.ts';

test('[PWA-6] what was kept is read as it was; anything else counts as none', () => {
  const frame = sampleFrame({ theme: 'dark', html: '<p>&lt;b&gt;"$&amp;</p>' });
  expect(parseFirstFrame(JSON.stringify(frame))).toEqual(frame);
  const wrong = [
    '',
    'null',
    '[]',
    '"text"',
    JSON.stringify(frame).slice(0, -4),
    JSON.stringify({ ...frame, html: 7 }),
    JSON.stringify({ ...frame, path: null }),
    JSON.stringify({ ...frame, build: undefined }),
    JSON.stringify({ ...frame, theme: 'dark" onload="alert(1)' }),
    JSON.stringify({ ...frame, html: 'x'.repeat(300_001) }),
  ];
  for (const text of wrong) expect(parseFirstFrame(text), text.slice(0, 80)).toBeNull();
});

test('[PWA-6] a frame that is too large is not one', () => {
  expect(isSmallEnough(sampleFrame({ html: 'x'.repeat(300_000) }))).toBe(true);
  expect(isSmallEnough(sampleFrame({ html: 'x'.repeat(300_001) }))).toBe(false);
});

test('[PWA-6] days are those of the device', () => {
  expect(dayOf(new Date(2026, 10, 28, 0, 1))).toBe(dayOf(new Date(2026, 10, 28, 23, 59)));
  expect(dayOf(new Date(2026, 10, 28, 23, 59))).not.toBe(dayOf(new Date(2026, 10, 29, 0, 1)));
});
