import { type AccountId, type ConversationId, createId, type DeviceId, type EventId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import { testRandom } from '../test/events.ts';
import { decodeNews, encodeNews, type News } from './news.ts';

const conversation = createId<ConversationId>(testRandom);
const writer = { account: createId<AccountId>(testRandom), device: createId<DeviceId>(testRandom) };
const document = `conversation/${conversation}/1`;
const eventId = createId<EventId>(testRandom);
const row = {
  ...{ journal: `conversation/${conversation}` as const, document, arrival: 3, update: Uint8Array.of(1, 2) },
  ...{ events: [{ eventId, segment: 1, ...writer }], bindings: [], receivedAt: 5, incarnation: 1 },
};
const ALL: readonly News[] = [
  { type: 'rows', document, rows: [row] },
  {
    type: 'notices',
    conversation,
    notices: [{ conversation, arrival: 3, segment: 1, eventId, ...writer, receivedAt: 5 }],
  },
  { type: 'receipts', receipts: [{ conversation, account: writer.account, device: null, arrival: 3, at: 5 }] },
  { type: 'segments', conversation },
  { type: 'presence', document: `conversation/${conversation}`, update: Uint8Array.of(7) },
  { type: 'who-is-present', document: `conversation/${conversation}` },
];

test.each(ALL)('[CLU-2] news of $type come as they were sent', (news) => {
  const decoded = decodeNews(encodeNews(news));
  if (decoded.type === 'rows') {
    const rows = decoded.rows.map((one) => ({ ...one, update: Uint8Array.from(one.update) }));
    expect({ ...decoded, rows }).toEqual(news);
  } else expect(decoded).toEqual(news);
});

test('[CLU-2] what is cut off, of an unknown type, or about nothing that has such a name is no news', () => {
  for (const news of ALL) {
    const message = encodeNews(news);
    for (let end = 0; end < message.length; end++) expect(() => decodeNews(message.subarray(0, end))).toThrow();
  }
  expect(() => decodeNews(Uint8Array.of(99))).toThrow('unknown type');
  expect(() => decodeNews(encodeNews({ type: 'rows', document: 'nothing', rows: [] }))).toThrow('no name');
  expect(() => decodeNews(encodeNews({ type: 'segments', conversation: 'x' as ConversationId }))).toThrow(
    'no conversation',
  );
});
