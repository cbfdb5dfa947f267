import { expect, test } from 'vitest';
import { parseLinks } from './parse-links.ts';

const hrefsOf = (text: string) => parseLinks(text).flatMap((part) => (part.type === 'link' ? [part.href] : []));
const linksOf = (text: string) => parseLinks(text).flatMap((part) => (part.type === 'link' ? [part.text] : []));
const whole = (text: string) =>
  parseLinks(text)
    .map((part) => part.text)
    .join('');

test('[UI-9] addresses become links, the sentence around them does not', () => {
  expect(linksOf('See https://example.org/a, please.')).toEqual(['https://example.org/a']);
  expect(linksOf('(https://example.org/a)')).toEqual(['https://example.org/a']);
  expect(linksOf('https://en.wikipedia.org/wiki/Kith_(Poland)')).toEqual([
    'https://en.wikipedia.org/wiki/Kith_(Poland)',
  ]);
  expect(linksOf('HTTP://EXAMPLE.ORG and http://b.example/?q=1&r=2#x!')).toEqual([
    'HTTP://EXAMPLE.ORG',
    'http://b.example/?q=1&r=2#x',
  ]);
});

test('[UI-9] only http and https become links', () => {
  const hostile = [
    'javascript:alert(1)',
    'JaVaScRiPt://example.org/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https//x',
    'www.example.org',
    'xhttps://example.org',
    'https://',
    'https://?',
    'http://[::1',
  ];
  for (const text of hostile) expect(linksOf(text), text).toEqual([]);
});

test('[UI-9] addresses that pretend to be others stay text, and hidden characters end an address', () => {
  expect(linksOf('https://bank.example@evil.example/')).toEqual([]);
  expect(linksOf('https://bank.example:pass@evil.example/')).toEqual([]);
  expect(hrefsOf('https://example.org/\u202Egpj.exe')).toEqual(['https://example.org/']);
  expect(hrefsOf('https://exam\u200Bple.org')).toEqual(['https://exam/']);
  expect(hrefsOf('https://example.org/"onmouseover="alert(1)')).toEqual(['https://example.org/']);
  expect(hrefsOf('https://аррӏе.com')[0]).toMatch(/^https:\/\/xn--/);
});

test('[UI-9] no character of a text is lost or doubled', () => {
  const texts = [
    '',
    'plain',
    ' https://a.example https://b.example\n',
    'https://a.example@b https://c.example!',
    '))) https://x.example)))',
  ];
  for (const text of texts) expect(whole(text)).toBe(text);
});

test('[UI-9] long hostile texts cost little', () => {
  const text = [
    'https://'.repeat(2_000),
    `https://a.example/${'('.repeat(8_000)}`,
    `https://a.example/${')'.repeat(8_000)}`,
    'https://a.example '.repeat(900),
  ];
  const started = performance.now();
  for (const one of text) expect(whole(one)).toBe(one);
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(linksOf('https://a.example '.repeat(900)).length).toBeLessThanOrEqual(100);
});
