/** Rows to fill stores with in tests. Ids are made from numbers, so that failures can be read. */
import { HLC_ZERO, msToHlc } from '@kith/schema/hlc';
import {
  type AccountId,
  bytesToId,
  type ConversationId,
  type DeviceId,
  type EventId,
  ID_BYTES,
} from '@kith/schema/ids';
import { encodeOpaqueText } from '@kith/schema/opaque';
import type { ChangeRow, ConversationRow, MemberRow, MessageRow, OutboxEvent, StoredSession } from '../local-store.ts';

const idOf = (group: number, number: number) => {
  const bytes = new Uint8Array(ID_BYTES);
  new DataView(bytes.buffer).setUint32(0, group);
  new DataView(bytes.buffer).setUint32(4, number);
  return bytesToId(bytes);
};

export const accountId = (number: number) => idOf(1, number) as AccountId;
export const deviceId = (number: number) => idOf(2, number) as DeviceId;
export const conversationId = (number: number) => idOf(3, number) as ConversationId;
export const eventId = (number: number) => idOf(4, number) as EventId;

export const SELF = accountId(1);
export const OTHER = accountId(2);
export const ROOM = conversationId(1);

export const sampleSession = (): StoredSession => ({
  account: SELF,
  device: deviceId(1),
  handle: 'alice',
  name: 'Alice',
  server: 'http://localhost:3000',
  refreshToken: 'refresh-1',
});

export const sampleConversation = (changes: Partial<ConversationRow> = {}): ConversationRow => ({
  id: ROOM,
  kind: 'group',
  version: 1,
  epoch: 1,
  title: encodeOpaqueText('Room'),
  role: 'owner',
  memberCount: 2,
  state: 'joined',
  createdAt: 1_000,
  incarnation: 1,
  position: 0,
  readArrival: 0,
  readTime: HLC_ZERO,
  segments: [{ n: 1, state: 'open', firstArrival: 1 }],
  projectedSegments: [],
  draft: '',
  ...changes,
});

export const sampleMember = (account: AccountId, changes: Partial<MemberRow> = {}): MemberRow => ({
  conversation: ROOM,
  account,
  handle: 'somebody',
  name: 'Somebody',
  role: 'member',
  devices: [{ device: deviceId(1), name: 'Phone', signKey: new Uint8Array(32).fill(7) }],
  ...changes,
});

/** Message number `n`, written at `n` seconds by OTHER. */
export const sampleMessage = (n: number, changes: Partial<MessageRow> = {}): MessageRow => {
  const time = changes.time ?? msToHlc(n * 1_000);
  const account = changes.account ?? OTHER;
  return {
    conversation: ROOM,
    eventId: eventId(n),
    time,
    account,
    device: deviceId(2),
    segment: 1,
    arrival: n,
    bytes: new Uint8Array([n % 256]),
    message: {
      eventId: eventId(n),
      account,
      device: deviceId(2),
      time,
      state: 'shown',
      text: `message ${n}`,
      replyTo: null,
      imported: null,
      editedAt: null,
      reactions: [],
    },
    refused: null,
    ...changes,
  };
};

export const sampleOwnMessage = (n: number): MessageRow =>
  sampleMessage(n, { account: SELF, device: deviceId(1), segment: null, arrival: null, bytes: null });

export const sampleOutboxEvent = (n: number, changes: Partial<OutboxEvent> = {}): Omit<OutboxEvent, 'position'> => ({
  type: 'event',
  conversation: ROOM,
  eventId: eventId(n),
  kind: 1,
  target: null,
  time: msToHlc(n * 1_000),
  body: new TextEncoder().encode(`{"text":"message ${n}"}`),
  signed: null,
  ...changes,
});

export const sampleChange = (n: number, target: EventId, changes: Partial<ChangeRow> = {}): ChangeRow => ({
  conversation: ROOM,
  eventId: eventId(n),
  target,
  account: OTHER,
  device: deviceId(2),
  segment: 1,
  arrival: null,
  bytes: new Uint8Array([1, 2, 3]),
  ...changes,
});
