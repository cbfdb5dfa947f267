import { describe, expect, test } from 'vitest';
import { accountDocName, formatDocName, headName, journalOf, parseDocName, segmentName } from './doc-name.ts';
import { type AccountId, bytesToId, type ConversationId } from './ids.ts';
import { decodeOpaqueText, encodeOpaqueText } from './opaque.ts';

const conversation = bytesToId<ConversationId>(new Uint8Array(16).fill(1));
const account = bytesToId<AccountId>(new Uint8Array(16).fill(2));

describe('document names', () => {
  test.each([
    [headName(conversation), `conversation/${conversation}`],
    [segmentName(conversation, 1), `conversation/${conversation}`],
    [segmentName(conversation, 999_999_999), `conversation/${conversation}`],
    [accountDocName(account, 3), `account/${account}`],
  ])('[DOC-1] %s opens a document of the journal %s', (text, journal) => {
    const name = parseDocName(text);
    expect(name && formatDocName(name)).toBe(text);
    expect(name && journalOf(name)).toBe(journal);
  });

  test.each([
    '',
    'conversation',
    'conversation/',
    `conversation/${conversation}/`,
    `conversation/${conversation}/0`,
    `conversation/${conversation}/01`,
    `conversation/${conversation}/-1`,
    `conversation/${conversation}/1e3`,
    `conversation/${conversation}/1000000000`,
    `conversation/${conversation}/1/2`,
    `account/${account}`,
    `Conversation/${conversation}`,
    `conversation/${conversation}\0session`,
    '__proto__',
    'constructor/x',
  ])('[DOC-1] %j opens nothing', (text) => expect(parseDocName(text)).toBe(null));
});

describe('opaque values', () => {
  test('[DOC-4] text goes in and comes out', () => {
    expect(decodeOpaqueText(encodeOpaqueText('Rowing club 🚣'))).toBe('Rowing club 🚣');
    expect(decodeOpaqueText(encodeOpaqueText(''))).toBe('');
  });

  test('[DOC-4] what this version cannot read is null, not an error', () => {
    expect(decodeOpaqueText(new Uint8Array([1, 2, 3]))).toBe(null);
    expect(decodeOpaqueText(new Uint8Array([0, 0xff]))).toBe(null);
    expect(decodeOpaqueText(new Uint8Array(0))).toBe(null);
  });
});
