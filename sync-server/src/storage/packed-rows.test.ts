import { type AccountId, type ConversationId, createId, type DeviceId, type EventId } from '@kith/schema/ids';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testRandom } from '../test/events.ts';
import type { JournalRow } from './document-store.ts';
import { packRows, unpackRows } from './packed-rows.ts';

const journal = `conversation/${createId<ConversationId>(testRandom)}` as const;
const document = `${journal}/1`;
const writers = Array.from({ length: 3 }, () => ({
  account: createId<AccountId>(testRandom),
  device: createId<DeviceId>(testRandom),
}));
const writer = fc.constantFrom(...writers);
const safeInteger = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const rows: fc.Arbitrary<JournalRow[]> = fc.array(
  fc.record({
    journal: fc.constant(journal),
    document: fc.constant(document),
    arrival: safeInteger,
    receivedAt: safeInteger,
    incarnation: safeInteger,
    events: fc.array(
      fc
        .tuple(writer, safeInteger)
        .map(([by, segment]) => ({ eventId: createId<EventId>(testRandom), segment, ...by })),
    ),
    bindings: fc.array(
      fc
        .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.option(writer))
        .map(([clientId, by]) => ({ clientId, ...(by ?? { account: null, device: null }) })),
    ),
    update: fc.uint8Array({ maxLength: 300 }),
  }),
);

test('[STO-8] packed rows come back as they were', () => {
  fc.assert(
    fc.property(rows, (given) => {
      const back = unpackRows(journal, document, packRows(given));
      expect(back.map((row) => ({ ...row, update: Uint8Array.from(row.update) }))).toEqual(given);
    }),
  );
});

test('[STO-8] what is cut off, or of another format, is not read as fewer rows', () => {
  const row = { journal, document, arrival: 1, receivedAt: 1, incarnation: 1, bindings: [], update: Uint8Array.of(7) };
  const event = { eventId: createId<EventId>(testRandom), segment: 1, ...writers[0]! };
  const packed = packRows([{ ...row, events: [event] }]);
  for (let end = 0; end < packed.length; end++) {
    expect(() => unpackRows(journal, document, packed.subarray(0, end))).toThrow();
  }
  expect(() => unpackRows(journal, document, packed.with(0, 9))).toThrow(/format 9/);
});
