import { describe, expect, it } from 'vitest';
import { parseDomain, parseMail } from './answers.mjs';

describe('answers', () => {
  it.each([
    ['chat.example.org', 'chat.example.org'],
    [' Chat.Example.ORG. ', 'chat.example.org'],
    ['localhost', 'localhost'],
    ['bücher.example', 'xn--bcher-kva.example'],
  ])('[DEP-2] %j is the domain %s', (text, value) => {
    expect(parseDomain(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['', 'is missing'],
    ['https://chat.example.org', 'the name alone'],
    ['chat.example.org:8443', 'the name alone'],
    ['chat.example.org/kith', 'the name alone'],
    ['203.0.113.7', 'not an address in numbers'],
    ['2001:db8::1', 'not an address in numbers'],
    ['chat', 'a full name'],
    ['chat..org', 'a full name'],
    ['-chat.example.org', 'a full name'],
    ['$HOME.example.org', 'a full name'],
    ['chat.example.org }', 'a full name'],
    [`${'a.'.repeat(130)}org`, 'a full name'],
  ])('[DEP-2] %j is no domain', (text, reason) => {
    expect(parseDomain(text)).toEqual({ ok: false, mistake: expect.stringContaining(reason) });
  });

  it.each([
    ['admin@example.org', 'admin@example.org'],
    [' Jo.Doe+kith@Bücher.example', 'Jo.Doe+kith@xn--bcher-kva.example'],
  ])('[DEP-2] %j is the mail address %s', (text, value) => {
    expect(parseMail(text)).toEqual({ ok: true, value });
  });

  it.each(['', 'admin', 'admin@localhost', 'a b@example.org', 'a@b@example.org', 'a#b@example.org', '{x}@example.org'])(
    '[DEP-2] %j is no mail address',
    (text) => {
      expect(parseMail(text)).toEqual({ ok: false, mistake: expect.stringContaining('mail address') });
    },
  );
});
