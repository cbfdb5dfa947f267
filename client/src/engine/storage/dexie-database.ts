/**
 * The tables and indexes of a device's database in the browser. A table's first key is its primary key; what is not an
 * index needs no mention. Changing them needs a new `version`, never a change of an old one. [BRW-5]
 */
import type { Hlc } from '@kith/schema/hlc';
import type { AccountId, ConversationId, DeviceId, EventId } from '@kith/schema/ids';
import type { Receipt } from '@kith/schema/sync-message';
import { Dexie, type Table } from 'dexie';
import { ownBytesMiddleware } from './dexie/own-bytes.ts';
import type {
  ChangeRow,
  ConversationRow,
  DeviceKeys,
  MemberRow,
  MessageRow,
  OutboxEntry,
  QuarantineRow,
  RefusedCommand,
  StoredSession,
} from './local-store.ts';

/** What there is one of. CryptoKeys are kept as handles: their bytes never leave the browser's own keeping. */
export type DeviceEntry =
  | { readonly key: 'session'; readonly session: StoredSession }
  | { readonly key: 'keys'; readonly keys: DeviceKeys }
  | { readonly key: 'clock'; readonly time: Hlc };

/** A receipt's key has no hole: '' stands for "the person", a device id for a device. */
export interface ReceiptEntry extends Omit<Receipt, 'device'> {
  readonly device: DeviceId | '';
}

/** `doomed`: to be deleted before anything else is done with it; it belonged to what was wiped. */
export interface ReplicaEntry {
  readonly name: string;
  readonly doomed: boolean;
}

/** The account is there so that unread ones can be told from own ones by keys alone; it never decides the order. */
export type MessageKey = readonly [ConversationId, Hlc, EventId, AccountId];

export interface KithTables {
  readonly device: Table<DeviceEntry, DeviceEntry['key']>;
  readonly conversations: Table<ConversationRow, ConversationId>;
  readonly members: Table<MemberRow, readonly [ConversationId, AccountId]>;
  readonly outbox: Table<OutboxEntry, number, Omit<OutboxEntry, 'position'>>;
  readonly quarantine: Table<QuarantineRow, EventId>;
  readonly refusedCommands: Table<RefusedCommand, number>;
  readonly messages: Table<MessageRow, MessageKey>;
  readonly changes: Table<ChangeRow, EventId>;
  readonly receipts: Table<ReceiptEntry, readonly [ConversationId, AccountId, DeviceId | '']>;
  readonly replicas: Table<ReplicaEntry, string>;
}

export type KithDatabase = Dexie & KithTables;

const FIRST_TABLES: Record<Exclude<keyof KithTables, 'refusedCommands'>, string> = {
  device: 'key',
  conversations: 'id',
  members: '[conversation+account]',
  outbox: '++position, eventId',
  quarantine: 'event.eventId',
  messages: '[conversation+time+eventId+account], &eventId, [conversation+message.state+arrival]',
  changes: 'eventId, target',
  receipts: '[conversation+account+device]',
  replicas: 'name',
};

/** Opens on first use. Tabs and workers may open the same name: each hears what the others changed. */
export const createKithDatabase = (name: string): KithDatabase => {
  const database = new Dexie(name, {
    // A send has to survive a power cut once its promise resolved; the default only survives a crash of the browser.
    chromeTransactionDurability: 'strict',
    // Dexie's cache shows a write before it is durable.
    cache: 'disabled',
  });
  database.version(1).stores(FIRST_TABLES);
  database.version(2).stores({ refusedCommands: 'position' });
  database.use(ownBytesMiddleware);
  return database as KithDatabase;
};

/** Every key that begins with this conversation. */
export const keysOf = (conversation: ConversationId): [readonly unknown[], readonly unknown[]] => [
  [conversation],
  [conversation, Dexie.maxKey],
];
