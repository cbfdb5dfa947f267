/** Between rows of tables and the store's types. What stands in a table was written by this code: read without doubt. */
import { bytesToBase64Url, parseBase64Url } from '@kith/schema/base64url';
import type { Message } from '@kith/schema/fold/message';
import type { Receipt } from '@kith/schema/sync-message';
import type {
  ChangeRow,
  Command,
  ConversationRow,
  MemberRow,
  MessageRow,
  OutboxEntry,
  OutboxEvent,
  QuarantineRow,
} from '../local-store.ts';
import type { SqlRow } from './profile-database.ts';

const bytesOrNull = (value: unknown): Uint8Array | null => (value instanceof Uint8Array ? value : null);
const bytesOf = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array(0));

const BYTES_KEY = '$bytes';

/** JSON in which bytes stand as `{"$bytes": base64url}`. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner instanceof Uint8Array ? { [BYTES_KEY]: bytesToBase64Url(inner) } : inner,
  );

export const fromJson = <T>(text: unknown): T =>
  JSON.parse(String(text), (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && BYTES_KEY in inner
      ? parseBase64Url(String(inner[BYTES_KEY]))
      : inner,
  ) as T;

export const conversationRow = (row: SqlRow): ConversationRow => ({
  ...(JSON.parse(String(row['row'])) as Omit<ConversationRow, 'title'>),
  title: bytesOf(row['title']),
});

export const memberRow = (row: SqlRow): MemberRow => fromJson<MemberRow>(row['row']);

export const receiptRow = (row: SqlRow): Receipt =>
  ({
    conversation: row['conversation'],
    account: row['account'],
    ...(row['device'] === '' ? {} : { device: row['device'] }),
    arrival: row['arrival'],
    at: row['at'],
  }) as Receipt;

const outboxEvent = (row: SqlRow): OutboxEvent =>
  ({
    type: 'event',
    position: row['position'],
    conversation: row['conversation'],
    eventId: row['event_id'],
    kind: row['kind'],
    target: row['target'],
    time: row['time'],
    body: bytesOf(row['body']),
    signed:
      row['signed_bytes'] === null ? null : { segment: row['signed_segment'], bytes: bytesOf(row['signed_bytes']) },
  }) as OutboxEvent;

export const outboxEntry = (row: SqlRow): OutboxEntry =>
  row['command'] === null
    ? outboxEvent(row)
    : ({
        type: 'command',
        position: row['position'],
        conversation: row['conversation'],
        command: fromJson<Command>(row['command']),
      } as OutboxEntry);

export const quarantineRow = (row: SqlRow): QuarantineRow =>
  ({ event: outboxEvent(row), code: row['code'], detail: row['detail'], at: row['at'] }) as QuarantineRow;

export const messageRow = (row: SqlRow): MessageRow =>
  ({
    conversation: row['conversation'],
    eventId: row['event_id'],
    time: row['time'],
    account: row['account'],
    device: row['device'],
    segment: row['segment'],
    arrival: row['arrival'],
    bytes: bytesOrNull(row['bytes']),
    message: JSON.parse(String(row['message'])) as Message,
    refused: row['refused'],
  }) as MessageRow;

export const changeRow = (row: SqlRow): ChangeRow =>
  ({
    conversation: row['conversation'],
    eventId: row['event_id'],
    target: row['target'],
    account: row['account'],
    device: row['device'],
    segment: row['segment'],
    arrival: row['arrival'],
    bytes: bytesOf(row['bytes']),
  }) as ChangeRow;
