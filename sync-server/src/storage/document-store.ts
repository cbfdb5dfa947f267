/**
 * PORT. What the sync server keeps: journals of rows, the index of events, snapshots, segments, receipts. Adapters
 * differ in durability only; `test/document-store-suite.ts` is the contract they all pass. [STO-1]
 *
 * Every write is durable when its promise resolves, and rejects when that is not known: the caller tries again, and
 * every method is safe to repeat. Byte arrays handed in may not be changed afterwards.
 */
import type { JournalName } from '@kith/schema/doc-name';
import type { Hlc } from '@kith/schema/hlc';
import type { AccountId, ConversationId, DeviceId, EventId } from '@kith/schema/ids';
import type { Result } from '@kith/schema/result';

export interface StoredEvent {
  readonly eventId: EventId;
  readonly segment: number;
  readonly account: AccountId;
  readonly device: DeviceId;
}

/** Which device a Yjs client id was issued to, null: the server's own. Told once, with the first row that uses the id. */
export interface ClientBinding {
  readonly clientId: number;
  readonly account: AccountId | null;
  readonly device: DeviceId | null;
}

/**
 * One accepted update. Its events take the arrivals from `arrival` on, one each; a row without events takes one
 * arrival too, so that arrivals are contiguous and every row has a place of its own.
 */
export interface JournalRow {
  readonly journal: JournalName;
  readonly arrival: number;
  readonly document: string;
  readonly update: Uint8Array;
  readonly events: readonly StoredEvent[];
  readonly bindings: readonly ClientBinding[];
  /** Server's time, ms since 1970. */
  readonly receivedAt: number;
  readonly incarnation: number;
}

/** The arrival of a row's last event. */
export const lastArrivalOf = (row: Pick<JournalRow, 'arrival' | 'events'>): number =>
  row.arrival + Math.max(1, row.events.length) - 1;

export interface IndexedEvent extends StoredEvent {
  readonly arrival: number;
  readonly receivedAt: number;
}

export interface JournalPosition {
  readonly incarnation: number;
  /** The last arrival taken, 0 in a journal never written to. */
  readonly lastArrival: number;
  /** The last arrival that is an event's: what devices count up to. */
  readonly lastEventArrival: number;
}

export interface Snapshot {
  readonly document: string;
  /** Every row of the document up to this arrival is folded in. */
  readonly upto: number;
  /** A Yjs V1 update. */
  readonly state: Uint8Array;
  readonly bindings: readonly ClientBinding[];
}

export interface StoredDocument {
  readonly snapshot: Snapshot | null;
  /** Later than the snapshot, in order. */
  readonly rows: readonly JournalRow[];
}

export interface Segment {
  readonly conversation: ConversationId;
  readonly n: number;
  /** `<account>/<device>` of the only device that appends messages to it; null on live ones. */
  readonly importer: string | null;
  readonly firstArrival: number;
  readonly openedAt: number;
  /** Null while open. */
  readonly closed: SegmentClosing | null;
}

export interface SegmentClosing {
  readonly closedAt: number;
  /** Events in it when it closed. */
  readonly events: number;
  /** The range of its messages' clocks; both null in one without messages. */
  readonly firstTime: Hlc | null;
  readonly lastTime: Hlc | null;
}

/** `device` null: the person read up to `arrival`; else this device stored up to it. */
export interface StoredReceipt {
  readonly conversation: ConversationId;
  readonly account: AccountId;
  readonly device: DeviceId | null;
  readonly arrival: number;
  readonly at: number;
}

export interface OwnReceipts {
  readonly stored: number;
  readonly read: number;
}

export type AppendResult = Result<void, { readonly type: 'arrival-taken' }>;
export type SegmentResult = Result<void, { readonly type: 'segment-changed' }>;

/** A part of all that a store holds, in the form in which it goes to another: see `document-records.ts`. */
export type DocumentRecord =
  | { readonly type: 'store'; readonly incarnation: number }
  /** Takes the place of the document's snapshot and rows before it. */
  | { readonly type: 'snapshot'; readonly journal: JournalName; readonly snapshot: Snapshot }
  | { readonly type: 'row'; readonly row: JournalRow }
  | { readonly type: 'segment'; readonly segment: Segment }
  /** In order of arrival, some hundreds together. */
  | { readonly type: 'events'; readonly journal: JournalName; readonly events: readonly IndexedEvent[] }
  | { readonly type: 'receipt'; readonly receipt: StoredReceipt }
  /** Closes the journal: where it ends, also where all its rows are folded. */
  | ({ readonly type: 'journal'; readonly journal: JournalName } & Omit<JournalPosition, 'incarnation'>);

/** What copies and backups need beside the rest. */
export interface DocumentCopying {
  incarnation(): Promise<number>;
  /** Those that have rows, segments or receipts, in the order of their names. */
  journals(): Promise<readonly JournalName[]>;
  /** Of the journal's documents, in the order of their names. */
  snapshotsOf(journal: JournalName): Promise<readonly Pick<Snapshot, 'document' | 'upto'>[]>;
  /** As `rowsFrom`, a few at a time. Rows appended after the first was read may be among them or not. */
  streamRows(journal: JournalName, arrival: number): AsyncIterable<JournalRow>;
  /**
   * Writes records in the order in which they were read, into a store that was empty before the first and that nobody
   * else uses. Not safe to repeat. The incarnation counts from the next opening on.
   * @throws Error when a journal does not end where its record says.
   */
  restore(records: readonly DocumentRecord[]): Promise<void>;
}

export interface DocumentStore extends DocumentCopying {
  position(journal: JournalName): Promise<JournalPosition>;
  /**
   * Appends rows of one journal, in order, the first at `lastArrival + 1`, behind the appends asked for before. All or,
   * with `arrival-taken`, none. On rejection some of them, from the first on, may be stored. An event id already indexed keeps its first arrival.
   * @throws RangeError when the rows would leave a hole: a bug of the caller.
   */
  append(rows: readonly JournalRow[]): Promise<AppendResult>;
  /** Rows of a journal not yet folded away, from `arrival` on, in order. */
  rowsFrom(journal: JournalName, arrival: number): Promise<readonly JournalRow[]>;
  load(document: string): Promise<StoredDocument>;
  /**
   * Replaces the document's snapshot, if its `upto` is still `from` (0: none yet), and removes the rows folded into the
   * new one, in one step. False, with nothing changed, when somebody else was faster.
   */
  compact(journal: JournalName, from: number, snapshot: Snapshot): Promise<boolean>;

  /** Those of the ids that are in the journal, in no particular order. */
  known(journal: JournalName, eventIds: readonly EventId[]): Promise<readonly IndexedEvent[]>;
  /** Those of the ids that are in any journal. */
  taken(eventIds: readonly EventId[]): Promise<readonly EventId[]>;
  /** Events after an arrival, in order, at most `limit`. */
  arrivals(journal: JournalName, after: number, limit: number): Promise<readonly IndexedEvent[]>;

  /** In order of n. */
  segments(conversation: ConversationId): Promise<readonly Segment[]>;
  /** Refused with `segment-changed` when n is taken or not the next number. */
  openSegment(segment: Segment): Promise<SegmentResult>;
  /** Closes, or corrects the closing of a closed one; `segment-changed` when there is no such segment. */
  closeSegment(conversation: ConversationId, n: number, closing: SegmentClosing): Promise<SegmentResult>;

  /** Keeps the greatest arrival of each; resolves to those that were greater than what was there. */
  putReceipts(receipts: readonly StoredReceipt[]): Promise<readonly StoredReceipt[]>;
  receipts(conversation: ConversationId): Promise<readonly StoredReceipt[]>;
  /** What this device has stored and this person has read; 0 for nothing. */
  ownReceipts(conversation: ConversationId, account: AccountId, device: DeviceId): Promise<OwnReceipts>;

  /** Idempotent. Appends not yet durable are made so first. */
  close(): Promise<void>;
}
