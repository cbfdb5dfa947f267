/** Names, rows, segments for tests of stores. */
import type { JournalName } from '@kith/schema/doc-name';
import { type AccountId, type ConversationId, createId, type DeviceId, type EventId } from '@kith/schema/ids';
import type { JournalRow, Segment, StoredEvent } from '../storage/document-store.ts';
import { testRandom } from './events.ts';

export const account = createId<AccountId>(testRandom);
export const device = createId<DeviceId>(testRandom);
export const conversation = createId<ConversationId>(testRandom);
export const journal: JournalName = `conversation/${conversation}`;
export const head = `conversation/${conversation}`;
export const segment1 = `conversation/${conversation}/1`;
export const segment10 = `conversation/${conversation}/10`;

export const event = (segment = 1): StoredEvent => ({
  eventId: createId<EventId>(testRandom),
  segment,
  account,
  device,
});
export const row = (arrival: number, events: readonly StoredEvent[], more: Partial<JournalRow> = {}): JournalRow => ({
  journal,
  arrival,
  document: segment1,
  update: Uint8Array.of(arrival % 256, 1, 2),
  events,
  bindings: [],
  receivedAt: 1_000 + arrival,
  incarnation: 1,
  ...more,
});
export const plain = (rows: readonly JournalRow[]): JournalRow[] =>
  rows.map((r) => ({ ...r, update: Uint8Array.from(r.update) }));
export const snapshot = (upto: number, document = segment1) => ({
  document,
  upto,
  state: Uint8Array.of(9),
  bindings: [],
});
export const segment = (n: number, more: Partial<Segment> = {}): Segment => ({
  conversation,
  n,
  importer: null,
  firstArrival: 1,
  openedAt: 5,
  closed: null,
  ...more,
});
